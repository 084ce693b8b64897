import ArgumentParser
import Foundation

/// All sections, each in its own process, so that none inherits memory, plans or threads of another.
struct AllCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "all", abstract: "All sections, in one report (default).")

  @OptionGroup var options: SharedOptions

  /// The sections in order of the report.
  static let sections: [any ParsableCommand.Type] = [
    FilterBankCommand.self, BreakdownCommand.self, AccuracyCommand.self, EndToEndCommand.self,
    StreamingCommand.self,
    ChannelCommand.self,
    GraphCommand.self, MemoryCommand.self, ButterflyCommand.self, FrontEndCommand.self,
    TrainingCommand.self, ScalingCommand.self,
  ]

  func run() throws {
    var report = BenchmarkReport(machine: .describe(pinnedProcessor: nil), sections: [])
    var failures: [String] = []
    for section in Self.sections {
      let name = section.configuration.commandName ?? section._commandName
      FileHandle.standardError.write(Data("kaleido-bench: \(name)\n".utf8))
      do {
        report.sections += try measure(name)
      } catch {
        failures.append("\(name): \(error)")
      }
    }
    try options.publish(report)
    guard failures.isEmpty else {
      FileHandle.standardError.write(Data((failures.joined(separator: "\n") + "\n").utf8))
      throw ExitCode.failure
    }
  }

  private func measure(_ name: String) throws -> [Section] {
    let file = NSTemporaryDirectory() + "/kaleido-bench-\(UUID().uuidString).json"
    defer { try? FileManager.default.removeItem(atPath: file) }
    let child = Process()
    child.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    child.arguments =
      [
        name, "--peers", options.peers, "--scripts", options.scripts, "--runs", String(options.runs),
        "--json", file,
      ]
      + (options.corpus.map { ["--corpus", $0] } ?? [])
      + (options.corpusName.map { ["--corpus-name", $0] } ?? [])
    child.standardOutput = FileHandle.nullDevice
    try child.run()
    child.waitUntilExit()
    guard child.terminationStatus == 0 else {
      throw BenchmarkError.sectionFailed(name: name, status: child.terminationStatus)
    }
    return try JSONDecoder().decode(BenchmarkReport.self, from: Data(contentsOf: URL(fileURLWithPath: file)))
      .sections
  }
}
