package import Foundation
import Glibc

/// A `kaleido` that runs beside a test, which may kill it.
package final class RunningProgram {
  private let process = Process()
  private let log: URL

  /// - Parameters:
  ///   - arguments: of the program.
  ///   - log: the file that its output goes to.
  package init(_ arguments: [String], log: URL) throws {
    self.log = log
    process.executableURL = ProgramRun.productsFolder.appendingPathComponent("kaleido")
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("KALEIDO_") }
    process.standardInput = FileHandle.nullDevice
    try Data().write(to: log)
    let handle = try FileHandle(forWritingTo: log)
    process.standardOutput = handle
    process.standardError = handle
    try process.run()
  }

  deinit { kill() }

  package var identifier: Int32 { process.processIdentifier }

  package var isRunning: Bool { process.isRunning }

  /// Waits until something holds or the program ends; returns whether it still runs.
  package func runs(until holds: () -> Bool) -> Bool {
    while process.isRunning {
      if holds() { return true }
      usleep(500)
    }
    return false
  }

  /// Ends it as `kill -9` does.
  package func kill() {
    if process.isRunning { Glibc.kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
  }

  /// Waits for its end, and gives its exit status, or 128 and the signal.
  package func status() -> Int32 {
    process.waitUntilExit()
    return process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
  }

  package var output: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }
}
