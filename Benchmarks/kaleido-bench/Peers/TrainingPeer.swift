import Foundation

/// PyTorch in a worker process that trains the same models (`Benchmarks/peers/training_worker.py`).
///
/// It measures its own thread CPU time. Used by one thread.
final class TrainingPeer {
  /// A model, its initial parameters and its batch, in files of float32 and int32.
  struct Case: Encodable {
    struct Tensor: Encodable {
      var name: String
      var shape: [Int]
      /// The factor of the learning rate.
      var rate: Double
    }

    var operation = "load"
    var name: String
    var kind: String
    var segments: Int
    /// The number of rows in a segment, including context.
    var rows: Int
    var width: Int
    /// The number of context rows on the left of a segment.
    var context: Int
    var adam: Bool
    var rate: Double
    /// The maximum gradient norm; 0 for none.
    var clip: Double
    var tensors: [Tensor]
    var parameters: String
    var batch: String
    var labels: String
    /// The first point and the number of points of each pooled band.
    var bands: [[Int]]
    /// The number of points in the spectrum.
    var points: Int
  }

  private struct Request: Encodable {
    var operation: String
    var name: String?
    var repeats: Int?
  }

  private struct Answer: Decodable {
    var version: String?
    var nanoseconds: Double?
    var losses: [Double]?
  }

  private let worker: WorkerProcess
  let version: String

  /// Starts the worker.
  ///
  /// - Throws: `peerMissing` if its environment is missing.
  init(peers: String, scripts: String) throws {
    worker = try WorkerProcess(
      name: "PyTorch", interpreter: peers + "/venv-torch/bin/python",
      arguments: [scripts + "/training_worker.py"])
    version = try worker.ask(Request(operation: "describe"), Answer.self).version ?? "unknown"
  }

  func load(_ model: Case) throws { _ = try worker.ask(model, Answer.self) }

  /// The losses of the next steps, each before its update.
  func losses(_ name: String, steps: Int) throws -> [Double] {
    try worker.ask(Request(operation: "losses", name: name, repeats: steps), Answer.self).losses ?? []
  }

  /// The mean nanoseconds of a step.
  func time(_ name: String, repeats: Int) throws -> Double {
    let request = Request(operation: "time", name: name, repeats: repeats)
    guard let time = try worker.ask(request, Answer.self).nanoseconds else {
      throw BenchmarkError.peerFailed(peer: "PyTorch", reason: "no time in its answer")
    }
    return time
  }
}
