import DataManifests
import Foundation
import TestSupport
import Testing

@testable import Workflows

@Suite struct DirectoryConfigurationTests {
  private func corpus(root: String = "") throws -> SmallCorpus {
    let corpus = try SmallCorpus()
    for speaker in ["FAAA0", "MBBB0"] { try corpus.utterance("\(root)\(speaker)/SX1") }
    return corpus
  }

  private func differences(_ options: PreprocessOptions) async -> [String] {
    differingFields(await endingError { _ = try await PreprocessPlan(options).run() }) ?? []
  }

  @Test func `other splits are another configuration`() async throws {
    let corpus = try corpus(root: "TRAIN/DR1/")
    let options = try corpus.options()
    _ = try await PreprocessPlan(options).run()
    try corpus.write(
      "corpus.json",
      Data(
        """
        {"schema": 1, "name": "mine", "splits": [{"name": "train", "speakers": ["FAAA0"]},
          {"name": "test", "speakers": ["MBBB0"]}]}
        """.utf8))
    #expect(await differences(options) == ["options.splits-sha256"])
  }

  @Test func `a root whose own folders name a region is another configuration`() async throws {
    let corpus = try corpus(root: "TRAIN/DR1/")
    var options = try corpus.options()
    options.corpus.path += "/TRAIN/DR1"
    _ = try await PreprocessPlan(options).run()
    try FileManager.default.copyItem(
      atPath: options.corpus.path, toPath: corpus.folder.appending("elsewhere").path)
    options.corpus.path = corpus.folder.appending("elsewhere").path
    let fields = await differences(options)
    #expect(fields.contains("options.dialect-regions-sha256") && fields.contains("options.splits-sha256"))
  }

  @Test func `another phone table is another configuration`() async throws {
    let corpus = try corpus(root: "TRAIN/DR1/")
    var options = try corpus.options()
    _ = try await PreprocessPlan(options).run()
    let data = corpus.folder.appending("data").path
    try FileManager.default.copyItem(atPath: DataManifests.locate().folder, toPath: data)
    let table = "\(data)/phones/timit.tsv"
    let text = try String(contentsOfFile: table, encoding: .utf8)
    // A comment changes nothing; the closures of b and d folded the other way round do.
    try Data(("# mine\n" + text).utf8).write(to: URL(fileURLWithPath: table))
    options.corpus.dataFolder = data
    _ = try await PreprocessPlan(options).run()
    let lines = text.split(separator: "\n").map { line -> String in
      let cells = line.split(separator: "\t", omittingEmptySubsequences: false)
      return cells[0] == "ao" ? "ao\tao\tao\tae\t\tvowel" : String(line)
    }
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: table))
    #expect(await differences(options) == ["options.phones.sha256", "options.phones.table"])
    // The directory holds its own table.
    let finished = try await FinishedDirectory.finish(options.outputDirectory, FinishOptions())
    #expect(finished.written.isEmpty && finished.unchanged.contains("phones39.txt"))
  }
}
