package import Foundation
import Foundations

/// One run of a built program: its exit status and what it wrote.
package struct ProgramRun: Sendable {
  package var status: Int32
  package var output: String
  package var errors: String
  package var outputBytes: Data

  /// The folder of the built products: the one of the test bundle.
  package static var productsFolder: URL {
    URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
  }

  /// Runs `kaleido` as it was built beside the tests, or another program by path.
  package static func kaleido(
    _ arguments: [String], program: URL? = nil, input: Data? = nil, in folder: URL? = nil,
    environment: [String: String] = [:]
  ) throws -> ProgramRun {
    // A program that refuses its input closes the pipe; that must not end the tests.
    signal(SIGPIPE, SIG_IGN)
    let process = Process()
    process.executableURL = program ?? productsFolder.appendingPathComponent("kaleido")
    process.arguments = arguments
    if let folder { process.currentDirectoryURL = folder }
    var merged = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("KALEIDO_") }
    merged.merge(environment) { $1 }
    process.environment = merged
    let (output, errors, standardInput) = (Pipe(), Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = input == nil ? FileHandle.nullDevice : standardInput
    try process.run()
    let errorBytes = Guarded(Data())
    let group = DispatchGroup()
    let errorHandle = UncheckedHandle(handle: errors.fileHandleForReading)
    DispatchQueue.global().async(group: group) {
      let data = errorHandle.handle.readDataToEndOfFile()
      errorBytes.withLock { $0 = data }
    }
    if let input {
      let writer = UncheckedHandle(handle: standardInput.fileHandleForWriting)
      DispatchQueue.global().async(group: group) {
        try? writer.handle.write(contentsOf: input)
        try? writer.handle.close()
      }
    }
    let outputBytes = output.fileHandleForReading.readDataToEndOfFile()
    group.wait()
    process.waitUntilExit()
    return ProgramRun(
      status: process.terminationReason == .exit
        ? process.terminationStatus : 128 + process.terminationStatus,
      output: String(decoding: outputBytes, as: UTF8.self),
      errors: String(decoding: errorBytes.withLock { $0 }, as: UTF8.self), outputBytes: outputBytes)
  }

  // Invariant: each handle is used by one queue block only.
  private struct UncheckedHandle: @unchecked Sendable { let handle: FileHandle }
}
