import Archives
import Corpus
import DataManifests
import Files
import Foundation
import Stages
import Synthesis
import TestSupport
import Testing

@testable import Workflows

/// A corpus of a dozen sentences.
private func options(
  _ path: String, jobs: Int = 2, seed: UInt64 = 1, speakers: Int = 4
) -> CorpusMakingOptions {
  CorpusMakingOptions(
    outputDirectory: path,
    recipe: CorpusRecipe(preset: .tiny, speakers: speakers, minutes: 0.2, seed: seed), jobs: jobs)
}

private func make(_ options: CorpusMakingOptions) async throws -> CorpusMakingReport {
  try await CorpusMakingPlan(options).run()
}

@Suite struct CorpusMakingTests {
  @Test func `bytes are the same for any number of jobs`() async throws {
    let folder = try TemporaryFolder()
    for jobs in [1, 2, 5] { _ = try await make(options(folder.appending("jobs\(jobs)").path, jobs: jobs)) }
    let one = try folder.contents(under: "jobs1")
    #expect(one.count > 4 * 12)
    #expect(try folder.contents(under: "jobs2") == one)
    #expect(try folder.contents(under: "jobs5") == one)
    _ = try await make(options(folder.appending("other").path, seed: 2))
    #expect(try folder.contents(under: "other") != one)
  }

  @Test func `the corpus is good by its manifest and by its folder`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.appending("out").path
    let report = try await make(options(path, speakers: 5))
    for corpus in [report.manifest, path] {
      let check = try await CorpusChecking(corpus: CorpusLocation(corpus), jobs: 2).run()
      #expect(check.findings.isEmpty, "\(check.findings)")
      #expect(check.splits.map(\.split) == ["train", "dev", "test"])
      #expect(check.splits.map(\.speakers) == report.counts.map(\.speakers))
      #expect(check.splits.map(\.utterancesWithCalibration) == report.counts.map(\.utterances))
      #expect(check.whole.utterances == check.whole.utterancesWithCalibration - 5, "SA1 is set apart")
    }
  }

  @Test func `the manifest names voices and no sentence is in two splits`() async throws {
    let folder = try TemporaryFolder()
    let report = try await make(options(folder.appending("out").path))
    let data = try DataManifests.locate()
    let catalog = try CorpusCatalog(report.manifest, data: data)
    var voices: [String: Set<String>] = [:]
    var sentences: [String: Set<String>] = [:]
    for utterance in catalog.utterances {
      let split = try #require(utterance.split)
      voices[split, default: []].insert(try #require(utterance.voice))
      let text = try String(
        contentsOfFile: "\(catalog.root)/\(try #require(utterance.textPath))", encoding: .utf8)
      let sentence = text.split(separator: " ", maxSplits: 2).last.map(String.init) ?? ""
      if !catalog.isCalibration(utterance) { sentences[split, default: []].insert(sentence) }
    }
    #expect(voices["test"] == ["flite:rms"])
    #expect(voices["train"]?.union(voices["dev"] ?? []) == ["flite:awb", "flite:kal16", "flite:slt"])
    let train = sentences["train"] ?? []
    let dev = sentences["dev"] ?? []
    let test = sentences["test"] ?? []
    #expect(
      train.count > 1 && train.isDisjoint(with: dev) && train.isDisjoint(with: test)
        && dev.isDisjoint(with: test))
    let speakers = try String(contentsOfFile: "\(catalog.root)/DOC/SPKRINFO.TXT", encoding: .utf8)
    let lines = speakers.split(separator: "\n").filter { !$0.hasPrefix(";") }
    #expect(lines.count == 4)
    for line in lines {
      let cells = line.split(separator: " ")
      #expect(cells[0].count == 4 && ["F", "M"].contains(cells[1]) && ["TRN", "TST"].contains(cells[3]))
    }
  }

  @Test func `clean speech is other speech with the same labels`() async throws {
    let folder = try TemporaryFolder()
    var clean = options(folder.appending("clean").path)
    clean.recipe.isClean = true
    _ = try await make(clean)
    _ = try await make(options(folder.appending("noisy").path))
    let (one, other) = (try folder.contents(under: "clean"), try folder.contents(under: "noisy"))
    for (name, bytes) in one where name.hasSuffix(".PHN") { #expect(other[name] == bytes, "\(name)") }
    for (name, bytes) in one where name.hasSuffix(".WAV") { #expect(other[name] != bytes, "\(name)") }
  }
}

@Suite struct CorpusMakingResumeTests {
  @Test func `what is whole stays and what is damaged is made again`() async throws {
    let folder = try TemporaryFolder()
    let options = options(folder.appending("out").path)
    _ = try await make(options)
    let whole = try folder.contents()
    let again = try await make(options)
    #expect(again.speakersDone == 0 && again.speakersKept == 4 && again.meters.isEmpty)
    let files = whole.keys.filter { $0.hasSuffix("SA1.WAV") }.sorted()
    var bytes = try #require(whole[files[0]])
    bytes[2000] ^= 1
    try bytes.write(to: folder.appending(files[0]))
    try FileManager.default.removeItem(at: folder.appending(files[1].replacing("SA1.WAV", with: "SA1.PHN")))
    let record = try #require(whole.keys.filter { $0.contains("records/") }.sorted().last)
    try Data("{}".utf8).write(to: folder.appending(record))
    try FileManager.default.removeItem(at: folder.appending("out/manifest.jsonl"))
    let mended = try await make(options)
    #expect((2...3).contains(mended.speakersDone), "two or three speakers, the third by its record")
    #expect(try folder.contents() == whole)
  }

  @Test(arguments: [0, 3, 7])
  func `canceled anywhere, it goes on to the same bytes`(sentences: Int) async throws {
    let folder = try TemporaryFolder()
    _ = try await make(options(folder.appending("whole").path))
    let options = options(folder.appending("out").path, jobs: 1)
    let progress = WorkProgress()
    let plan = try CorpusMakingPlan(options)
    let task = Task { try await plan.run(progress: progress) }
    // A thread of its own: the pool may be busy with other tests until everything is made.
    Thread.detachNewThread {
      while progress.snapshot.itemsTotal == 0 || progress.snapshot.itemsDone < sentences { usleep(20) }
      task.cancel()
    }
    #expect(isCancellation(await endingError { _ = try await task.value }))
    let rest = try await make(options)
    #expect(rest.speakersDone + rest.speakersKept == 4)
    #expect(try folder.contents(under: "out") == folder.contents(under: "whole"))
  }

  @Test func `another recipe is refused by name and made with force alone`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.appending("out").path
    _ = try await make(options(path))
    try Data("mine".utf8).write(to: folder.appending("out/notes.txt"))
    let before = try folder.contents()
    var other = options(path, seed: 2)
    other.recipe.isClean = true
    let error = await endingError { _ = try await make(other) }
    #expect(differingFields(error) == ["options.seed", "options.clean"])
    #expect(try folder.contents() == before)
    other.replacesExisting = true
    _ = try await make(other)
    other.outputDirectory = folder.appending("fresh").path
    _ = try await make(other)
    var found = try folder.contents(under: "out")
    #expect(found.removeValue(forKey: "notes.txt") == Data("mine".utf8), "what is not ours stays")
    #expect(try found == folder.contents(under: "fresh"))
  }

  @Test(arguments: ["TRAIN/DR1/FAAA0/SX1.WAV", "notes.txt", ".kaleido/config.json"])
  func `a folder of another program is left alone`(name: String) async throws {
    let folder = try TemporaryFolder()
    let file = folder.appending("out/\(name)")
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data("{\"mine\": 1}".utf8).write(to: file)
    let before = try folder.contents()
    for isForced in [false, true] {
      var options = options(folder.appending("out").path)
      options.replacesExisting = isForced
      switch try #require(await endingError(of: { _ = try await make(options) })) {
      case FileError.wouldReplace, FileError.configurationUnusable(_, isOurs: false): break
      case let error: Issue.record(error)
      }
      #expect(try folder.contents() == before)
    }
  }

  @Test func `only one run writes at a time`() async throws {
    let folder = try TemporaryFolder()
    let options = options(folder.appending("out").path)
    let plan = try CorpusMakingPlan(options)
    let first = try CorpusFolder(
      options.outputDirectory, configuration: plan.configuration, discardingOther: false)
    let pending = try first.makeTemporaryFolder("FAAA0")
    let error = await endingError { _ = try await plan.run() }
    guard case FileError.inUse(options.outputDirectory, let owner) = try #require(error) else {
      throw try #require(error)
    }
    #expect(owner != nil)
    // The refused run has left the owner's temporary files alone.
    #expect(FileManager.default.fileExists(atPath: pending))
    withExtendedLifetime(first) {}
  }
}

@Suite struct PromptFileTests {
  @Test func `sentences of a hostile file are spoken or left out and counted`() async throws {
    let folder = try TemporaryFolder()
    var bytes = [UInt8](0...255) + [0x0A]
    bytes += Array("\"); (system \"touch \(folder.path)/harm\") (\"\n<audio src='x'/> one two three\n".utf8)
    bytes += Array(String(repeating: "a", count: 1 << 20).utf8) + [0x0A]
    bytes += Array(repeatElement("one, two, three! ", count: 100).joined().utf8) + [0x0A]
    let words = ["nothing", "ever", "came", "of", "it", "all"]
    for index in 0..<30 {
      bytes += Array("Somebody said \(words[index % 6]) about \(words[index / 6])'s hat\r\n".utf8)
    }
    bytes += Array("zzz qqq xxx\n--- ''' a b c ;;;\n".utf8)
    let file = folder.appending("prompts.txt")
    try Data(bytes).write(to: file)
    var options = options(folder.appending("out").path)
    options.promptFiles = [file.path]
    let report = try await make(options)
    #expect(report.promptsLeftOut.values.reduce(0, +) >= 4)
    #expect(report.utterances + report.leftOut.count == 12)
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/harm"))
    let check = try await CorpusChecking(corpus: CorpusLocation(report.manifest)).run()
    #expect(check.rejections == 0)
    // Other sentences are another corpus.
    try Data("One more sentence here.\n".utf8 + Data(bytes)).write(to: file)
    let error = await endingError { _ = try await make(options) }
    #expect(differingFields(error) == ["options.prompts-sha256"])
  }

  @Test func `a file without sentences and a missing one are refused`() async throws {
    let folder = try TemporaryFolder()
    try Data("two words\n".utf8).write(to: folder.appending("few.txt"))
    for name in ["few.txt", "none.txt"] {
      var options = options(folder.appending("out").path)
      options.promptFiles = [folder.appending(name).path]
      switch try #require(await endingError(of: { _ = try await make(options) })) {
      case SynthesisError.tooFewPrompts where name == "few.txt": break
      case WorkflowError.promptFile(_, .missing, _) where name == "none.txt": break
      case let error: Issue.record(error)
      }
    }
    #expect(!FileManager.default.fileExists(atPath: folder.appending("out").path))
  }
}
