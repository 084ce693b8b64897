import Archives
import Corpus
import DataManifests
import Files
import Foundation
import FrontEnds
import Glibc
import Signal
import StageGraph
import Stages
import TestSupport
import Testing

@testable import Workflows

@Suite struct WhatDecidesTheBytes {
  private func corpus(root: String = "") throws -> SmallCorpus {
    let corpus = try SmallCorpus()
    for speaker in ["FAAA0", "MBBB0"] { try corpus.utterance("\(root)\(speaker)/SX1") }
    return corpus
  }

  private func differences(_ options: PreprocessOptions) async -> [String] {
    differingFields(await endingError { _ = try await PreprocessPlan(options).run() }) ?? []
  }

  @Test func otherSplitsAreAnotherConfiguration() async throws {
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

  @Test func aRootWhoseOwnFoldersNameARegionIsAnotherConfiguration() async throws {
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

  @Test func anotherPhoneTableIsAnotherConfigurationAlsoForFinish() async throws {
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
      return cells[0] == "ao" ? "ao\t\(cells[1])\tae" : String(line)
    }
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: table))
    #expect(await differences(options) == ["options.phone-table-sha256"])
    let finish = await endingError {
      _ = try await FinishedDirectory.finish(
        options.outputDirectory, corpusRoot: nil, dataFolder: data, usesRelativePaths: false)
    }
    #expect(differingFields(finish) == ["options.phone-table-sha256"])
  }
}

@Suite struct DirectoryConduct {
  @Test func finishSaysWhatItWroteAndWhatTheUserShouldKnow() async throws {
    let corpus = try SmallCorpus()
    try corpus.utterance("TRAIN/DR1/FAAA0/SX1")
    let options = try corpus.options()
    _ = try await PreprocessPlan(options).run()
    try FileManager.default.removeItem(atPath: "\(options.outputDirectory)/phones39.txt")
    let finished = try await FinishedDirectory.finish(
      options.outputDirectory, corpusRoot: nil, dataFolder: nil, usesRelativePaths: false)
    #expect(finished.written == ["phones39.txt"])
    #expect(finished.unchanged.contains("phones61.txt") && !finished.unchanged.contains("phones39.txt"))
    #expect(finished.notes == [.textMissing(utterances: 1)])
    #expect(finished.json.contains("text was not made"))
  }

  @Test func theEstimateIsOfWhatIsStillToBeDone() async throws {
    let corpus = try SmallCorpus()
    for index in 1...4 { try corpus.utterance("TRAIN/DR1/FAAA0/SX\(index)") }
    var options = try corpus.options()
    options.shardUtterances = 1
    options.part = ShardPart(index: 1, count: 2)
    _ = try await PreprocessPlan(options).run()
    let before = try corpus.folder.contents()
    options.part = .whole
    let estimate = try await PreprocessPlan(options).estimate()
    #expect(estimate.shards == 2 && estimate.shardsKept == 2 && estimate.utterances == 2)
    options.frontEnd = try FrontEndSpec(parsing: "mel:bins=23")
    let other = await endingError { _ = try await PreprocessPlan(options).estimate() }
    #expect(differingFields(other)?.contains("options.mel-bins") == true)
    options.replacesExisting = true
    #expect(try await PreprocessPlan(options).estimate().shards == 4)
    #expect(try corpus.folder.contents() == before)
  }

  @Test(arguments: ["corpus/file", "corpus/file/below/it"])
  func theEstimateRefusesWhatCannotBeWritten(out: String) async throws {
    let corpus = try SmallCorpus()
    try corpus.utterance("TRAIN/DR1/FAAA0/SX1")
    try corpus.write("file", Data())
    let error = await endingError { _ = try await PreprocessPlan(corpus.options(out: out)).estimate() }
    let file = "\(corpus.path)/file"
    let below = FileError.system(operation: .create, path: "\(file)/below/it", code: ENOTDIR)
    #expect([.notAFolder(path: file), below].contains(error as? FileError))
  }

  @Test func longWorkEndsWhenItsTaskIsCancelled() async throws {
    let corpus = try SmallCorpus()
    for index in 1...3 { try corpus.utterance("TRAIN/DR1/FAAA0/SX\(index)") }
    let options = try corpus.options("mel:cmvn=global")
    _ = try await PreprocessPlan(options).run()
    let before = try corpus.folder.contents()
    let works: [@Sendable () async throws -> Void] = [
      { _ = try PreprocessPlan(options) },
      { _ = try await DirectoryState(of: options.outputDirectory, verifyingChecksums: true) },
      {
        _ = try await FinishedDirectory.finish(
          options.outputDirectory, corpusRoot: nil, dataFolder: nil, usesRelativePaths: false)
      },
      { _ = try await CorpusChecking(corpus: options.corpus).run() },
    ]
    for (place, work) in works.enumerated() {
      let task = Task {
        while !Task.isCancelled { await Task.yield() }
        return isCancellation(await endingError(of: work))
      }
      task.cancel()
      #expect(await task.value, "\(place)")
    }
    #expect(try corpus.folder.contents() == before)
  }

  @Test func theLastPhaseIsTheIndexes() async throws {
    let corpus = try SmallCorpus()
    for index in 1...3 { try corpus.utterance("TRAIN/DR1/FAAA0/SX\(index)") }
    let progress = WorkProgress()
    let plan = try PreprocessPlan(corpus.options(), progress: progress)
    #expect(progress.snapshot.phase == .cataloguing)
    _ = try await plan.run(progress: progress)
    let state = progress.snapshot
    #expect(state.phase == .indexing && state.itemsTotal == 1 && state.itemsDone == 1)
    #expect(abs(state.audioSeconds - 0.75) < 1e-6, "audio of the phase before stays")
    _ = try await DirectoryState(
      of: corpus.options().outputDirectory, verifyingChecksums: true, jobs: 2, progress: progress)
    #expect(progress.snapshot.phase == .verifying && progress.snapshot.itemsDone == 1)
  }

  @Test func verificationFindsTheSameWithAnyNumberOfWorkers() async throws {
    let corpus = try SmallCorpus()
    for index in 1...7 { try corpus.utterance("TRAIN/DR1/FAAA0/SX\(index)") }
    var options = try corpus.options()
    options.shardUtterances = 1
    _ = try await PreprocessPlan(options).run()
    for name in try corpus.folder.contents(under: "out").keys where name.hasPrefix("shards/feats.0000") {
      guard let number = Int(name.dropFirst(13).prefix(5)), number % 3 == 1 else { continue }
      let url = corpus.folder.appending("out/\(name)")
      var bytes = try Data(contentsOf: url)
      bytes[bytes.count - 1] ^= 1
      try bytes.write(to: url)
    }
    for jobs in [1, 2, 5] {
      let state = try await DirectoryState(
        of: options.outputDirectory, verifyingChecksums: true, jobs: jobs)
      #expect(state.wrong.map(\.shard) == [1, 4] && state.committed == 5, "\(jobs)")
    }
  }

  @Test func checkAsksForWhatPreprocessAsksForByDefault() async throws {
    let corpus = try SmallCorpus()
    try corpus.utterance("TRAIN/DR1/FAAA0/SX1", samples: 399, hasLabels: false)
    try corpus.utterance("TRAIN/DR1/FAAA0/SX2", samples: 400, hasLabels: false)
    let check = try await CorpusChecking(corpus: CorpusLocation(corpus.path)).run()
    #expect(check.findings.rejections.map(\.code) == [.tooShort])
    let report = try await PreprocessPlan(corpus.options()).run()
    #expect(report.rejects == check.findings.rejections)
  }
}

@Suite struct FileInspections {
  @Test func aMissingFileHidesNoneOfTheOthers() throws {
    let corpus = try SmallCorpus()
    try corpus.utterance("A")
    let there = "\(corpus.path)/A.WAV"
    let inspections = try FileInspection.run(["/no/such", there], dataFolder: nil)
    #expect(inspections.map { $0.findings.map(\.code) } == [[.missingFile], []])
    #expect(inspections[1].audio?.sampleCount == 4000)
    #expect {
      try FileInspection.run(["/no/such", "/nor/this"], dataFolder: nil)
    } throws: { error in
      if case CorpusError.noSuchPath = error { true } else { false }
    }
  }
}
