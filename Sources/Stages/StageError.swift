package import Corpus
package import FrontEnds

/// A fault that ends a graph of ``Stages``.
package enum StageError: Error, Sendable {
  /// An utterance that was counted on can no longer be used.
  case rejected(Finding)

  // MARK: Normalization

  /// Normalization over all utterances, which the classifier's input normalizer does already.
  case globalNormalization

  // MARK: Stored features

  /// A directory of `preprocess` that holds other features than the front end gives.
  case storedFeaturesDiffer(path: String, differences: [FieldDifference])
  case storedFeaturesIncomplete(path: String, missingShards: Int, damagedShards: Int)
  /// Features of an utterance that has changed since; `isStored` unless there are none.
  case storedFeaturesStale(path: String, key: String, expectedRows: Int, isStored: Bool)

  /// Features of utterances whose files have changed since.
  case storedFeaturesChanged(path: String, changes: [Finding])

  // MARK: Features of another tool

  /// Features of another tool without the folder that they are in.
  case externalFolderUnnamed
  case externalFolderMissing(path: String)
  case externalFeaturesMissing(path: String)
  case externalUtteranceMissing(path: String, key: String)
  case externalChannelsDiffer(path: String, key: String, expected: Int, found: Int)
  /// A matrix `[rows, columns]` that is one of `[channels, frames]`, as librosa and torchaudio make them.
  case externalTransposed(path: String, key: String, rows: Int, columns: Int)
  /// A value so large that sums of its squares overflow.
  case externalValue(path: String, key: String, row: Int, column: Int, found: Float, largest: Float)
  /// A number of rows that does not fit the frames of the audio.
  ///
  /// Without a label shift there must be `expected` rows; with one at most `fillable` may lack.
  case externalFrameCount(
    path: String, key: String, rows: Int, expected: Int, fillable: Int, samples: Int, timing: FrameTiming)

  /// A sample rate that is too far from the wanted one, or in too odd a ratio to it.
  case rateNotResampled(found: Int, wanted: Int)

  // MARK: Live input

  /// A channel of an input without a header, which is mono.
  case channelOfRawInput(LiveInputFormat)
  /// An input in the format of another kind of file.
  case foreignInput(format: String)
  /// An input without the header that was expected.
  case headerMissing
  /// An input that ends too early; within its header if nil.
  case inputTruncated(missingBytes: Int?)
  case nonFiniteSamples
  case nonFiniteFeatures(frame: Int, value: Float)
  case nonFinitePosteriors(frame: Int)

  /// A field that a directory holds with another value than is wanted.
  package struct FieldDifference: Sendable, Equatable {
    package let field: String
    /// Nil where the directory has no such field.
    package let held: String?
    package let wanted: String
  }
}
