import DataManifests
import Files
import Foundations
import FrontEnds
import Learning
import Recognition
import TrainedModels

/// `train`: epochs that were trained before are committed one by one, then the weights of the decoder.
struct TrainingScenario: Scenario {
  let name = "train"
  let trainings: [SmallTraining]

  init() async throws {
    trainings = [try await SmallTraining(variant: 0), try await SmallTraining(variant: 1)]
  }

  func run(_ variant: Int, replacesOther: Bool, in folder: String, store: FileStore) throws {
    try trainings[variant].run(replacesExisting: replacesOther, in: folder, store: store)
  }

  func read(_ variant: Int, in folder: String, store: FileStore) throws -> Accepted {
    let names = [
      TrainingDirectory.configurationName, TrainingDirectory.modelName, TrainingDirectory.checkpointName,
      TrainingDirectory.historyName, TrainingDirectory.summaryName,
    ]
    // Each file that is there is one of this configuration: a training goes on from the checkpoint, and
    // recognition takes the model, whether the training has ended or not.
    var accepted = Accepted(variant: variant, files: try store.files(names, in: folder))
    guard let run = try TrainedRun(path: folder, store: store) else { return accepted }
    accepted.isWhole = run.configuration == trainings[variant].configuration && run.history.epochs.count == 3
    return accepted
  }
}

/// A training of three epochs of which the second is the best, with what was trained kept.
final class SmallTraining: @unchecked Sendable {
  // Invariant behind @unchecked Sendable: nothing is changed after initialization.

  let configuration: TrainingConfiguration
  private let recognizer: FrameRecognizer
  /// The training after 0, 1, … epochs.
  private let runs: [TrainingRun]

  /// A checkpoint that goes with another configuration or history.
  struct Mixed: Error {}

  init(variant: Int) async throws {
    var classifier = FrameClassifierOptions(kind: .mlp)
    classifier.hiddenLayers = [3]
    classifier.dropout = variant == 0 ? 0 : 0.5
    var options = TrainingOptions()
    options.epochs = 3
    let configuration = TrainingConfiguration(
      features: .frontEnd(try FrontEndSpec(parsing: "mel:bins=4")), classifier: classifier,
      phones: try DataManifests.locate(environment: [:]).phoneSet, classes: "39", training: options,
      trainSplit: "train", devSplit: "dev", includesCalibration: false, channel: nil, corpusSHA256: "c",
      arithmeticFingerprint: "f")
    let recognizer = try configuration.makeRecognizer()
    func begun() -> TrainingRun {
      TrainingRun(
        recognizer, options: options, statistics: PhoneStatistics(classCount: recognizer.classCount),
        totalSteps: 3, jobs: 1)
    }
    var runs: [TrainingRun] = []
    for epochs in 0...3 {
      let run = begun()
      for epoch in 0..<epochs {
        try await run.runEpoch(OneBatch(recognizer: recognizer), observe: { _ in }) { _ in
          FrameErrorCount(errors: [5, 3, 4][epoch], frames: 10)
        }
      }
      runs.append(run)
    }
    self.configuration = configuration
    self.recognizer = recognizer
    self.runs = runs
  }

  /// As `TrainPlan.run`, without what reads the corpus.
  func run(replacesExisting: Bool, in folder: String, store: FileStore) throws {
    let directory = TrainingDirectory(path: folder, store: store)
    func contents() throws -> TrainingDirectory.Contents {
      try directory.contents(
        for: configuration, resumes: !replacesExisting, replacesExisting: replacesExisting)
    }
    _ = try contents()
    let claim = try directory.claim()
    defer { withExtendedLifetime(claim) {} }
    try directory.begin(configuration, try contents())
    var epoch = 0
    if let (checkpoint, history) = try directory.checkpoint(of: recognizer, configuration) {
      epoch = history.epochs.count
      guard history == runs[epoch].history, Self.values(checkpoint.values) == Self.values(runs[epoch].values)
      else { throw Mixed() }
    }
    try directory.writeHistory(runs[epoch].history)
    while epoch < 3 {
      epoch += 1
      try claim.confirm()
      try directory.commit(runs[epoch], configuration)
    }
    try finish(directory, store)
  }

  private static func values(_ values: ModelValues) -> [Float] {
    Array(UnsafeBufferPointer(start: values.parameters.base, count: values.parameters.count))
  }

  private func finish(_ directory: TrainingDirectory, _ store: FileStore) throws {
    let model = try TrainedModel(path: directory.path(of: TrainingDirectory.modelName), store: store)
    let values = try model.values(of: recognizer)
    var description = model.description
    description.decoding = PhoneDecodingOptions()
    try directory.write(values, of: recognizer, description)
    try directory.writeSummary(
      TrainingSummary(
        frontEnd: "mel", classifier: "mlp", parameters: recognizer.parameterCount, trainUtterances: 2,
        trainFrames: 20, devUtterances: 1, segments: 2, calibrationLeftOut: 0, history: runs[3].history,
        decoding: PhoneDecodingOptions(), decodingTrials: 1, devPhoneErrors: 1, devReferencePhones: 4))
    try directory.appendProvenance(["epochs_done": 3])
  }
}

/// A batch of noise an epoch.
private struct OneBatch: BatchSource {
  let recognizer: FrameRecognizer

  func forEachBatch(
    ofEpoch epoch: Int, _ take: @escaping @Sendable (sending SegmentBatch) async throws -> Void
  ) async throws {
    try await take(makeBatch(epoch))
  }

  private func makeBatch(_ epoch: Int) -> sending SegmentBatch {
    let batch = SegmentBatch(
      segments: 2, frames: 4, context: recognizer.context, width: recognizer.features.source.channels)
    var generator = SplitMix64(seed: UInt64(epoch))
    for index in 0..<batch.rows.count { batch.rows.base[index] = Float.random(in: -1...1, using: &generator) }
    for segment in 0..<2 { batch.padding[segment] = PaddingRows() }
    for index in 0..<8 {
      batch.labels[index] = Int32.random(in: 0..<Int32(recognizer.classCount), using: &generator)
    }
    return batch
  }
}
