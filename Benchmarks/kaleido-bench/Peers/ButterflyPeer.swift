import Foundation

/// PyTorch in a worker process (`Benchmarks/peers/butterfly_worker.py`): a stand-in for torch_butterfly, and
/// dense layers.
///
/// It measures its own thread CPU time. Used by one thread.
final class ButterflyPeer {
  enum Contender: String, Encodable {
    case loopOrder = "loop order"
    case dense
  }

  /// A map with its data, in files of float32, complex numbers interleaved.
  struct Case: Encodable {
    var operation = "load"
    var name: String
    var size: Int
    var complex: Bool
    var blocks: Int
    var batch: Int
    var increasing: Bool
    var twiddles: String
    var input: String
    var gradient: String
  }

  private struct Request: Encodable {
    var operation: String
    var name: String?
    var contender: Contender?
    var backward: Bool?
    var repeats: Int?
    var output: String?
  }

  private struct Answer: Decodable {
    var version: String?
    var nanoseconds: Double?
  }

  private let worker: WorkerProcess
  let version: String

  /// Starts the worker.
  ///
  /// - Throws: `peerMissing` if its environment or library is missing.
  init(peers: String, scripts: String) throws {
    let library = peers + "/libbutterfly_loop_order.so"
    guard FileManager.default.fileExists(atPath: library) else {
      throw BenchmarkError.peerMissing(path: library, reason: "not built")
    }
    worker = try WorkerProcess(
      name: "PyTorch", interpreter: peers + "/venv-torch/bin/python",
      arguments: [scripts + "/butterfly_worker.py", library])
    version = try worker.ask(Request(operation: "describe"), Answer.self).version ?? "unknown"
  }

  func load(_ map: Case) throws { _ = try worker.ask(map, Answer.self) }

  /// The mean nanoseconds of one forward pass, or one forward and backward pass, of the whole batch.
  func time(_ name: String, _ contender: Contender, backward: Bool, repeats: Int) throws -> Double {
    let request = Request(
      operation: "time", name: name, contender: contender, backward: backward, repeats: repeats)
    guard let time = try worker.ask(request, Answer.self).nanoseconds else {
      throw BenchmarkError.peerFailed(peer: "PyTorch", reason: "no time in its answer")
    }
    return time
  }

  /// The stand-in's output and gradients with respect to input and twiddles, concatenated.
  func results(_ name: String, scratch: String) throws -> [Float] {
    _ = try worker.ask(Request(operation: "write", name: name, output: scratch), Answer.self)
    let data = try Data(contentsOf: URL(fileURLWithPath: scratch))
    return data.withUnsafeBytes { bytes in
      (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
    }
  }
}
