package import Corpus
package import Recognition
package import Scoring
package import StageGraph

/// The scores of a model on a set of speakers.
package struct EvaluationReport: Sendable {
  /// The errors of one utterance.
  package struct ScoredUtterance: Sendable, Equatable {
    package var key: String
    package var speaker: String
    /// The recorded or synthetic voice behind several speakers.
    package var voice: String?
    package var frames: Int
    package var frameErrors: Int
    /// Frames and errors among the scored classes.
    package var scoredFrames: Int
    package var scoredFrameErrors: Int
    /// By convention, in the order of their names' list.
    package var phones: [PhoneErrors]
  }

  /// The steps of an alignment, counted.
  package struct PhoneErrors: Sendable, Equatable {
    package var convention: PhoneScoringConvention
    package var referencePhones: Int
    package var substitutions: Int
    package var deletions: Int
    package var insertions: Int

    package var errors: Int { substitutions + deletions + insertions }
  }

  package var model: String
  /// The front end in a sentence.
  package var frontEnd: String
  /// The front end as the command line names it.
  package var frontEndRequest: String
  package var seed: UInt64
  /// The epoch that the model is of.
  package var epoch: Int
  package var split: String
  /// Classes of the model, and those that are scored.
  package var symbols: [String]
  package var scoredSymbols: [String]
  package var decoding: PhoneDecodingOptions
  /// Whether the decoder's weights were chosen on dev speakers; the usual ones otherwise.
  package var isDecodingChosen: Bool
  /// Frames in the classes of the model, and folded to those that are scored.
  package var frames: FrameScores
  package var scoredFrames: FrameScores
  package var phones: [PhoneScores]
  /// In key order.
  package var utterances: [ScoredUtterance]
  package var calibrationLeftOut: Int
  package var rejects: [Finding]
  package var unlabeled: [Finding]
  package var meters: [StageMeter]
  package var audioSeconds: Double
  package var wallSeconds: Double
  /// Speakers whom the model was trained on or chosen by; nil where there are none, or that is not known.
  package var knownSpeakers: KnownSpeakers?
  package var exceedsRejectLimit: Bool
}
