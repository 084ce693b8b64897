import Foundation
import Testing

/// Runs when `KALEIDO_ORACLES` is set, to `1` or to a Python that has torch.
@Suite(
  "TorchOracle", .enabled(if: Torch.python != nil, "KALEIDO_ORACLES names no Python with torch"))
struct TorchOracleTests {
  @Test("the committed values are those of the installed PyTorch")
  func values() throws {
    let output = try Torch.run(["-c", TorchGolden.script])
    let found = try JSONDecoder().decode([String: [Double]].self, from: output)
    #expect(Set(found.keys) == Set(TorchGolden.values.keys))
    for (name, values) in TorchGolden.values {
      let other = try #require(found[name])
      #expect(values.count == other.count)
      for (a, b) in zip(values, other) { #expect(abs(a - b) <= 1e-6 * max(1, abs(a)), "\(name)") }
    }
  }
}

enum Torch {
  /// The Python named by `KALEIDO_ORACLES`, if it has torch.
  static let python: String? = {
    guard let value = ProcessInfo.processInfo.environment["KALEIDO_ORACLES"], !value.isEmpty, value != "0"
    else { return nil }
    let candidate = value.hasPrefix("/") ? value : "/usr/bin/python3"
    return (try? run(["-c", "import torch"], python: candidate)) == nil ? nil : candidate
  }()

  struct Failed: Error { var status: Int32 }

  static func run(_ arguments: [String], python candidate: String? = nil) throws -> Data {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: candidate ?? python ?? "/usr/bin/python3")
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failed(status: process.terminationStatus) }
    return bytes
  }
}
