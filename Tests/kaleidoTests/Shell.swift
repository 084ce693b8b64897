import Foundation
import TestSupport

/// Runs a line of `sh` in which `$kaleido` is the built program.
enum Shell {
  /// The exit status of the line.
  static func run(_ line: String, in folder: TemporaryFolder) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", line]
    process.currentDirectoryURL = folder.appending("")
    var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("KALEIDO_") }
    environment["kaleido"] = ProgramRun.productsFolder.appendingPathComponent("kaleido").path
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }
}
