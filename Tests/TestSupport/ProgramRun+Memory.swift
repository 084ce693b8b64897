import Foundation

extension ProgramRun {
  /// Runs `kaleido` and gives its status and the most memory that it had resident, in bytes.
  ///
  /// The peak is the kernel's own high-water mark (`VmHWM`), read every 5 ms until the program ends. The
  /// `ru_maxrss` that `wait4` gives would not do: it starts at what the *parent* had resident before `exec`.
  package static func kaleidoPeakMemory(
    _ arguments: [String]
  ) throws -> (
    status: Int32, peakResidentBytes: Int
  ) {
    let process = Process()
    process.executableURL = productsFolder.appendingPathComponent("kaleido")
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("KALEIDO_") }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    var peak = 0
    while process.isRunning {
      peak = max(peak, highWaterMark(of: process.processIdentifier) ?? 0)
      usleep(5000)
    }
    process.waitUntilExit()
    let status = process.terminationStatus
    return (process.terminationReason == .exit ? status : 128 + status, peak)
  }

  private static func highWaterMark(of process: Int32) -> Int? {
    // Until `exec` the process is a copy of this one, whose memory is not meant.
    guard
      let name = try? String(contentsOfFile: "/proc/\(process)/comm", encoding: .utf8), name == "kaleido\n",
      let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8),
      let match = status.firstMatch(of: /VmHWM:\s+(\d+) kB/), let kilobytes = Int(match.1)
    else { return nil }
    return 1024 * kilobytes
  }
}
