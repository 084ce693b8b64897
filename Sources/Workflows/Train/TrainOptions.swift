package import FrontEnds
package import Recognition
import Signal
package import Stages

/// The options of `train`.
package struct TrainOptions: Sendable {
  package var corpus: CorpusLocation
  package var runDirectory: String
  package var features: TrainingFeatures
  package var classifier = FrameClassifierOptions()
  /// The column of the phone set whose classes are trained and decoded; its last if nil.
  package var classes: String?
  package var training = TrainingOptions()
  /// Workers of each stage that computes, and tasks of a training step; no bit depends on it.
  package var jobs: Int
  package var trainSplit = "train"
  package var devSplit = "dev"
  /// Keeps the sentences that every speaker reads (SA1, SA2).
  package var includesCalibration = false
  /// The channel to take from files of several, from 1.
  package var channel: Int?
  /// How many utterances may be bad.
  package var rejectLimit: RejectLimit = .count(0)
  /// Goes on with the training that the directory holds.
  package var resumes = false
  /// Gives up what another training left in the directory.
  package var replacesExisting = false
  /// The command as it was given, for `provenance.jsonl`.
  package var commandLine: [String] = []

  package init(
    corpus: CorpusLocation, runDirectory: String, features: TrainingFeatures, jobs: Int = 1
  ) {
    self.corpus = corpus
    self.runDirectory = runDirectory
    self.features = features
    self.jobs = jobs
  }
}

/// Where the features of a training come from.
package enum TrainingFeatures: Sendable {
  /// From audio by a front end, or, of one that does not learn, from the directory of `preprocess` in which
  /// they are stored.
  case frontEnd(FrontEndSpec, storedIn: String? = nil)
  /// From a folder that another tool filled.
  case external(ExternalFeatureSpec, in: ExternalFeatureFolder)

  package var spec: FeatureSpec {
    switch self {
    case .frontEnd(let spec, storedIn: _): .frontEnd(spec)
    case .external(let spec, in: _): .external(spec)
    }
  }

  /// The folder that another tool filled.
  var externalFolder: ExternalFeatureFolder? {
    if case .external(_, in: let folder) = self { folder } else { nil }
  }

  /// The directory of `preprocess` that the features are read from.
  var storedIn: String? { if case .frontEnd(_, storedIn: let path) = self { path } else { nil } }

  /// These features with another seed.
  func seeded(_ seed: UInt64) -> TrainingFeatures {
    switch self {
    case .frontEnd(var spec, storedIn: let path):
      spec.configuration.frame.seed = seed
      return .frontEnd(spec, storedIn: path)
    case .external(var spec, in: let folder):
      spec.seed = seed
      return .external(spec, in: folder)
    }
  }
}
