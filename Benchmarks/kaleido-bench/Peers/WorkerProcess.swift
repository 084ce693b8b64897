import Foundation

/// A process that answers JSON lines by JSON lines, over pipes.
///
/// It inherits the processor to which this thread is pinned. Used by one thread.
final class WorkerProcess {
  private struct Failure: Decodable {
    var error: String?
  }

  private let name: String
  private let process = Process()
  private let requests = Pipe()
  private let answers = Pipe()
  private var received = Data()

  /// Starts the worker.
  ///
  /// - Throws: `peerMissing` if its interpreter is missing.
  init(name: String, interpreter: String, arguments: [String]) throws {
    self.name = name
    process.executableURL = URL(fileURLWithPath: interpreter)
    process.arguments = arguments
    process.standardInput = requests
    process.standardOutput = answers
    do {
      try process.run()
    } catch {
      throw BenchmarkError.peerMissing(path: interpreter, reason: error.localizedDescription)
    }
  }

  deinit {
    try? requests.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  /// The answer to a request.
  ///
  /// - Throws: `peerFailed` if the answer contains an `error`, or the worker ends.
  func ask<Answer: Decodable>(_ request: some Encodable, _: Answer.Type) throws -> Answer {
    var line = try JSONEncoder().encode(request)
    line.append(0x0A)
    do {
      try requests.fileHandleForWriting.write(contentsOf: line)
    } catch {
      throw BenchmarkError.peerFailed(peer: name, reason: "its worker ended")
    }
    while true {
      if let end = received.firstIndex(of: 0x0A) {
        let answer = received[received.startIndex..<end]
        if let error = try JSONDecoder().decode(Failure.self, from: answer).error {
          throw BenchmarkError.peerFailed(peer: name, reason: error)
        }
        let decoded = try JSONDecoder().decode(Answer.self, from: answer)
        received.removeSubrange(received.startIndex...end)
        return decoded
      }
      let more = answers.fileHandleForReading.availableData
      guard !more.isEmpty else {
        throw BenchmarkError.peerFailed(peer: name, reason: "its worker ended without an answer")
      }
      received.append(more)
    }
  }
}
