import ArgumentParser
import Foundation

/// The options of every section.
struct SharedOptions: ParsableArguments {
  @Option(help: "Folder that Benchmarks/peers/setup filled.")
  var peers = ".build-peers"

  @Option(help: "Folder with worker.py.")
  var scripts = "Benchmarks/peers"

  @Option(help: "Corpus in TIMIT layout whose audio is used (default: the built-in corpus).")
  var corpus: String?

  @Option(help: "Name of that corpus in the report (default: its folder).")
  var corpusName: String?

  @Option(help: "Runs of each contender, alternating.")
  var runs = 7

  @Option(name: .customLong("json"), help: "Also write the figures to this file.")
  var jsonPath: String?

  func validate() throws {
    guard runs >= 1 else { throw ValidationError("--runs must be at least 1") }
  }

  var rounds: AlternatingRuns { AlternatingRuns(rounds: runs) }

  func benchmarkCorpus() throws -> BenchmarkCorpus { try BenchmarkCorpus(path: corpus, name: corpusName) }

  /// Measures one section and prints its table.
  func report(pinned: Bool, _ measure: () throws -> Section) throws {
    let processor = pinned ? pinToOneProcessor() : nil
    let machine = Machine.describe(pinnedProcessor: processor)
    try publish(BenchmarkReport(machine: machine, sections: [try measure()]))
  }

  func publish(_ report: BenchmarkReport) throws {
    FileHandle.standardOutput.write(Data(MarkdownReport(report: report).text.utf8))
    guard let jsonPath else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try encoder.encode(report).write(to: URL(fileURLWithPath: jsonPath))
  }
}
