import Archives
import Corpus
import Files
import Foundation
import FrontEnds
import Glibc
import Stages
import TestSupport
import Testing

@testable import Workflows

@Suite struct PreprocessDirectoryTests {
  @Test func `finish reports what it wrote and what the user should know`() async throws {
    let corpus = try SmallCorpus()
    try corpus.utterance("TRAIN/DR1/FAAA0/SX1")
    let options = try corpus.options()
    _ = try await PreprocessPlan(options).run()
    try FileManager.default.removeItem(atPath: "\(options.outputDirectory)/phones39.txt")
    let finished = try await FinishedDirectory.finish(options.outputDirectory, FinishOptions())
    #expect(finished.written == ["phones39.txt"])
    #expect(finished.unchanged.contains("phones61.txt") && !finished.unchanged.contains("phones39.txt"))
    #expect(finished.notes == [.textMissing(utterances: 1)])
    #expect(finished.json.contains("text was not made"))
  }

  @Test func `the estimate is of what is still to be done`() async throws {
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
  func `the estimate refuses what cannot be written`(out: String) async throws {
    let corpus = try SmallCorpus()
    try corpus.utterance("TRAIN/DR1/FAAA0/SX1")
    try corpus.write("file", Data())
    let error = await endingError { _ = try await PreprocessPlan(corpus.options(out: out)).estimate() }
    let file = "\(corpus.path)/file"
    let below = FileError.system(operation: .create, path: "\(file)/below/it", code: ENOTDIR)
    #expect([.notAFolder(path: file), below].contains(error as? FileError))
  }

  @Test func `long work ends when its task is cancelled`() async throws {
    let corpus = try SmallCorpus()
    for index in 1...3 { try corpus.utterance("TRAIN/DR1/FAAA0/SX\(index)") }
    let options = try corpus.options("mel:cmvn=global")
    _ = try await PreprocessPlan(options).run()
    let before = try corpus.folder.contents()
    let works: [@Sendable () async throws -> Void] = [
      { _ = try PreprocessPlan(options) },
      { _ = try await DirectoryState(of: options.outputDirectory, verifyingChecksums: true) },
      { _ = try await FinishedDirectory.finish(options.outputDirectory, FinishOptions()) },
      { _ = try await CorpusChecking(corpus: options.corpus).run() },
    ]
    for (index, work) in works.enumerated() {
      let task = Task {
        while !Task.isCancelled { await Task.yield() }
        return isCancellation(await endingError(of: work))
      }
      task.cancel()
      #expect(await task.value, "\(index)")
    }
    #expect(try corpus.folder.contents() == before)
  }

  @Test func `writing the indexes is the last phase`() async throws {
    let corpus = try SmallCorpus()
    for index in 1...3 { try corpus.utterance("TRAIN/DR1/FAAA0/SX\(index)") }
    let progress = WorkProgress()
    let plan = try PreprocessPlan(corpus.options(), progress: progress)
    #expect(progress.snapshot.phase == .cataloging)
    _ = try await plan.run(progress: progress)
    let state = progress.snapshot
    #expect(state.phase == .indexing && state.itemsTotal == 1 && state.itemsDone == 1)
    #expect(abs(state.audioSeconds - 0.75) < 1e-6, "audio of the phase before stays")
    _ = try await DirectoryState(
      of: corpus.options().outputDirectory, verifyingChecksums: true, jobs: 2, progress: progress)
    #expect(progress.snapshot.phase == .verifying && progress.snapshot.itemsDone == 1)
  }

  @Test func `verification finds the same with any number of workers`() async throws {
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

  @Test func `check asks for what preprocess asks for by default`() async throws {
    let corpus = try SmallCorpus()
    try corpus.utterance("TRAIN/DR1/FAAA0/SX1", samples: 399, hasLabels: false)
    try corpus.utterance("TRAIN/DR1/FAAA0/SX2", samples: 400, hasLabels: false)
    let check = try await CorpusChecking(corpus: CorpusLocation(corpus.path)).run()
    #expect(check.findings.rejections.map(\.code) == [.tooShort])
    let report = try await PreprocessPlan(corpus.options()).run()
    #expect(report.rejects == check.findings.rejections)
  }
}
