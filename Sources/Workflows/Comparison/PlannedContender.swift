import Files
import FrontEnds
import Recognition
import Stages
import TrainedModels

/// A contender of which it is known what is trained.
struct PlannedContender: Sendable {
  /// The features that a training is of.
  enum Training: Sendable {
    /// A front end with a classifier.
    case frontEnd(FrontEndRequest)
    /// A classifier of features made elsewhere.
    case external(ExternalFeatures)
    /// Nothing more: runs that were trained before, by seed.
    case done([TrainedRun])
  }

  /// Features made elsewhere.
  struct ExternalFeatures: Sendable {
    let spec: ExternalFeatureSpec
    let folder: ExternalFeatureFolder
    /// SHA-256 over the features of the utterances that are used.
    let sha256: String
  }

  let name: String
  let fileName: String
  let seeds: [UInt64]
  let training: Training

  init(_ named: NamedContender, _ training: Training) {
    (name, fileName, seeds) = (named.name, named.fileName, named.seeds)
    self.training = training
  }

  var isTrainedHere: Bool { if case .done = training { false } else { true } }

  /// The runs that were trained before.
  var runs: [TrainedRun] { if case .done(let runs) = training { runs } else { [] } }

  /// The features, if they were made elsewhere.
  var external: ExternalFeatures? { if case .external(let features) = training { features } else { nil } }
}

// MARK: Runs

extension PlannedContender {
  /// Reads runs that were trained before, in the order of their seeds.
  ///
  /// - Throws: ``WorkflowError`` for runs that have not ended, are not of one configuration or have a seed in
  ///   common; ``TrainedModelError``, among them that for those of another tool's features; ``FileError``,
  ///   ``CheckpointError``.
  static func runs(at paths: [String]) throws -> [TrainedRun] {
    let runs = try paths.map(Self.run).sorted { $0.seed < $1.seed }
    for (before, run) in zip(runs, runs.dropFirst()) {
      guard before.seed != run.seed else { throw WorkflowError.repeatedSeed(path: run.path, seed: run.seed) }
      let (first, other) = (runs[0].configuration.seedless, run.configuration.seedless)
      guard first == other else {
        throw FileError.configurationDiffers(
          path: run.path,
          fields: ConfigurationDifference.between(directory: first.json, run: other.json))
      }
    }
    return runs
  }

  private static func run(_ path: String) throws -> TrainedRun {
    guard try FileStore().status(path) != nil else { throw WorkflowError.missingRun(path: path) }
    guard let run = try TrainedRun(path: path) else { throw WorkflowError.unfinishedRun(path: path) }
    guard run.configuration.features.frontEnd != nil else {
      throw TrainedModelError.externalFeatures(path: path)
    }
    return run
  }
}

extension TrainingConfiguration {
  /// The configuration with seed 0.
  fileprivate var seedless: TrainingConfiguration {
    var other = self
    other.training.seed = 0
    other.features.seed = 0
    return other
  }
}
