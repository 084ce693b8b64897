import Foundation

/// A Python peer in its own worker process, driven over pipes (`Benchmarks/peers/worker.py`).
///
/// It measures its own time and inherits the processor to which this thread is pinned. Used by one thread.
final class PythonPeer {
  enum Kind: String, CaseIterable {
    case kaldiNativeFbank = "kaldi-native-fbank"
    case librosa
    case torchaudio
    case pythonSpeechFeatures = "python_speech_features"
    case reference
  }

  private struct Request: Encodable {
    var operation: String
    var name: String?
    var path: String?
    var output: String?
    var bins: Int?
    var repeats: Int?
  }

  private struct Answer: Decodable {
    var version: String?
    var note: String?
    var frames: Int?
    var threadNanoseconds: Double?
    var processNanoseconds: Double?
  }

  let kind: Kind
  private(set) var version = ""
  private(set) var note = ""
  private let worker: WorkerProcess

  /// Starts the worker.
  ///
  /// - Throws: `peerMissing` if its interpreter or packages are missing.
  init(_ kind: Kind, peers: String, scripts: String) throws {
    self.kind = kind
    // torchaudio is Debian's, for its own Python; the others are from PyPI.
    let interpreter = kind == .torchaudio ? "/usr/bin/python3" : peers + "/venv/bin/python"
    worker = try WorkerProcess(
      name: kind.rawValue, interpreter: interpreter, arguments: [scripts + "/worker.py", kind.rawValue])
    let answer = try ask(Request(operation: "describe"))
    version = answer.version ?? "unknown"
    note = answer.note ?? ""
  }

  var name: String { "\(kind.rawValue) \(version)" }

  /// Loads a file of Int16 samples into the worker under a name.
  func load(name: String, path: String) throws {
    _ = try ask(Request(operation: "load", name: name, path: path))
  }

  /// The mean CPU nanoseconds and the frames of one run over loaded samples.
  ///
  /// Other threads of the worker are included.
  func time(name: String, bins: Int, repeats: Int) throws -> (nanoseconds: Double, frames: Int) {
    let answer = try ask(Request(operation: "time", name: name, bins: bins, repeats: repeats))
    guard let thread = answer.threadNanoseconds, let process = answer.processNanoseconds,
      let frames = answer.frames
    else { throw BenchmarkError.peerFailed(peer: kind.rawValue, reason: "no time in its answer") }
    // The process clock is coarser, so it is used only if other threads have run.
    return (process > 1.05 * thread ? process : thread, frames)
  }

  /// The features of the Int16 file `path`, `[frames, bins]`, in double precision.
  func features(ofFile path: String, bins: Int, scratch: String) throws -> [Double] {
    _ = try ask(Request(operation: "write", path: path, output: scratch, bins: bins))
    let data = try Data(contentsOf: URL(fileURLWithPath: scratch))
    return data.withUnsafeBytes { bytes in
      (0..<bytes.count / 8).map { bytes.loadUnaligned(fromByteOffset: $0 * 8, as: Double.self) }
    }
  }

  private func ask(_ request: Request) throws -> Answer { try worker.ask(request, Answer.self) }
}
