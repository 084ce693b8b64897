package import Files
import Foundations
import FrontEnds
import Learning
package import Recognition

/// A training that has ended, read from its RUN.
package struct TrainedRun: Sendable {
  /// The RUN directory.
  package let path: String
  package let seed: UInt64
  package let configuration: TrainingConfiguration
  package let history: TrainingHistory
  package let decoding: PhoneDecodingOptions
  package let summary: TrainingSummary
  package let modelSHA256: String
  /// The lines of `provenance.jsonl`.
  private let provenance: [JSONValue]

  package var devFrameErrorRate: Double { history.best?.devErrorRate ?? 1 }

  /// Reads a RUN whose training has ended; nil where it has not.
  ///
  /// - Throws: `TrainedModelError`, `FileError`, `CheckpointError`.
  package init?(path: String, store: FileStore = FileStore()) throws {
    let directory = TrainingDirectory(path: path, store: store)
    let summaryPath = directory.path(of: TrainingDirectory.summaryName)
    guard try store.status(summaryPath) != nil else { return nil }
    // The model first: its version is that of the other files.
    let model = try TrainedModel(path: path, store: store)
    let modelBytes = try store.contents(of: model.path, limit: 1 << 30) ?? []
    let history = try directory.history()
    guard let summary = try directory.summary(), let decoding = model.description.decoding,
      summary.decoding == decoding, summary.epochs == history.epochs.count, summary.best == history.best,
      model.description.epoch == history.best
    else {
      throw TrainedModelError.damagedSummary(path: summaryPath)
    }
    try model.description.configuration.require(
      try directory.configuration(), path: directory.path(of: TrainingDirectory.configurationName))
    self.path = path
    configuration = model.description.configuration
    seed = configuration.training.seed
    self.history = history
    self.decoding = decoding
    self.summary = summary
    modelSHA256 = try sha256(modelBytes)
    provenance = try directory.provenance()
  }

  /// The speed and memory of the trainings of this RUN, from `provenance.jsonl`.
  package var trainingCost: (framesPerSecond: Double?, peakMemoryBytes: Int?) {
    var (frames, seconds, peak) = (0.0, 0.0, 0)
    let framesOfAnEpoch = Double(history.epochs[0].frames)
    for entry in provenance {
      guard let epochs = entry["epochs_done"]?.numberValue, epochs > 0,
        let wall = entry["wall_seconds"]?.numberValue, wall > 1e-3, wall.isFinite, epochs < 1e6
      else { continue }
      frames += epochs * framesOfAnEpoch
      seconds += wall
      peak = max(peak, entry["peak_memory_bytes"]?.integerValue.flatMap { Int(exactly: $0) } ?? 0)
    }
    return (seconds > 0 ? frames / seconds : nil, peak > 0 ? peak : nil)
  }
}

extension TrainedRun {
  /// Whether an error is of a file in a RUN that is not as a training writes it, and not of the system.
  package static func isDamage(_ error: any Error, in run: String) -> Bool {
    func isInside(_ path: String) -> Bool { path.hasPrefix("\(run)/") }
    switch error {
    case FileError.checksumDiffers(let path, _, _), FileError.malformed(let path, _, _, _),
      TrainedModelError.invalidModel(let path, _), TrainedModelError.damagedSummary(let path):
      return isInside(path)
    case TrainedModelError.noModel(let path): return path == run
    case let error as CheckpointError:
      if case .file(.system) = error { return false }
      return error.path.map(isInside) ?? false
    default: return false
    }
  }
}
