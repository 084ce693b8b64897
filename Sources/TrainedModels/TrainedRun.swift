import Files
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

  package var devFrameErrorRate: Double { history.best?.devErrorRate ?? 1 }

  /// Reads a RUN whose training has ended; nil where it has not.
  ///
  /// - Throws: `TrainedModelError`, `FileError`, `CheckpointError`.
  package init?(path: String) throws {
    let directory = TrainingDirectory(path: path)
    let store = FileStore()
    guard let summaryBytes = try store.contents(of: directory.path(of: TrainingDirectory.summaryName)) else {
      return nil
    }
    let summaryPath = directory.path(of: TrainingDirectory.summaryName)
    let summary = TrainingSummary(json: try JSONParser.parse(summaryBytes, path: summaryPath))
    let historyPath = directory.path(of: TrainingDirectory.historyName)
    let lines = try store.contents(of: historyPath) ?? []
    let epochs = try lines.split(separator: UInt8(ascii: "\n")).map {
      try JSONParser.parse(Array($0), path: historyPath)
    }
    let model = try TrainedModel(path: path)
    let modelBytes = try store.contents(of: model.path, limit: 1 << 30) ?? []
    guard let history = TrainingHistory(json: .array(epochs)), !history.epochs.isEmpty,
      let summary, let decoding = model.description.decoding
    else {
      throw TrainedModelError.damagedSummary(path: summaryPath)
    }
    self.path = path
    configuration = model.description.configuration
    seed = configuration.training.seed
    self.history = history
    self.decoding = decoding
    self.summary = summary
    modelSHA256 = try sha256(modelBytes)
  }

  /// The speed and memory of the trainings of this RUN, from `provenance.jsonl`; a torn line
  /// is passed over.
  package func trainingCost() throws -> (framesPerSecond: Double?, peakMemoryBytes: Int?) {
    let path = TrainingDirectory(path: path).path(of: TrainingDirectory.provenanceName)
    let lines = (try FileStore().contents(of: path) ?? []).split(separator: UInt8(ascii: "\n"))
    var (frames, seconds, peak) = (0.0, 0.0, 0)
    let framesOfAnEpoch = Double(history.epochs[0].frames)
    for line in lines {
      guard let entry = try? JSONParser.parse(Array(line), path: path),
        let epochs = entry["epochs_done"]?.numberValue, epochs > 0,
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
  /// Whether an error of reading a run means that its files are damaged or missing, not that the system
  /// failed.
  package static func isDamage(_ error: any Error) -> Bool {
    switch error {
    case TrainedModelError.missing(_, let errno): errno == nil
    case TrainedModelError.invalidModel(_, let cause):
      isDamage(cause)
    case CheckpointError.file(let error): isDamage(error)
    case is TrainedModelError, is CheckpointError, is FrontEndError, is RecognizerError,
      FileError.malformed:
      true
    default: false
    }
  }
}
