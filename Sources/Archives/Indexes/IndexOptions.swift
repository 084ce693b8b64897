import Files

/// The options of indexes.
package struct IndexOptions: Equatable, Sendable {
  /// The folder to which the audio paths in records are relative.
  package var corpusRoot: String
  /// Whether paths are relative to the directory instead of absolute.
  package var usesRelativePaths: Bool
  /// The name of the features in Lhotse's manifests, such as `kaldi-fbank`.
  package var featureType: String

  package init(corpusRoot: String, usesRelativePaths: Bool = false, featureType: String = "kaldi-fbank") {
    self.corpusRoot = corpusRoot
    self.usesRelativePaths = usesRelativePaths
    self.featureType = featureType
  }
}

/// The result of writing the indexes.
package struct IndexReport: Equatable, Sendable {
  /// The sorted names of written indexes; the others already had the same bytes.
  package var written: [String] = []
  package var unchanged: [String] = []
  package var notes: [IndexNote] = []
}
