import Files
import Foundation
import TestSupport
import Testing

@testable import kaleido

/// Provokes failures of the real program, takes the remedies out of its messages, and runs them.
@Suite("Remedies") struct RemedyTests {
  /// A way to fail: what has to be there before, the command that fails, and what its remedies must hold.
  struct Mishap: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var files: @Sendable (TemporaryFolder) throws -> Void = { _ in }
    /// Commands that succeed first.
    var before: [String] = []
    let command: String
    let status: Int32
    /// A part of each remedy that has to be among those that are run, as the options that it names.
    let remedies: [String]
    /// Standard input, by the name of a file.
    var input: String?
  }

  private static let train = "train CORPUS --epochs 1 --hidden 8"
  private static let compare = "compare mel mel:mel-bins=23 --corpus CORPUS --seeds 1 --hidden 8"

  private static let slowCorpus = Result {
    let folder = try TemporaryFolder()
    _ = try ResamplingTests.corpus(rate: 8000, in: folder, name: "slow")
    return folder
  }

  private static let slow: @Sendable (TemporaryFolder) throws -> Void = { folder in
    try FileManager.default.copyItem(
      at: try slowCorpus.get().appending("slow"), to: folder.appending("slow"))
  }

  static let mishaps: [Mishap] = [
    Mishap(
      testDescription: "a RUN that is there", before: ["\(train) --out run"], command: "\(train) --out run",
      status: 73, remedies: ["--resume", "--force", "another --out"]),
    Mishap(
      testDescription: "another configuration", before: ["preprocess CORPUS --out feats"],
      command: "preprocess CORPUS --out feats --mel-bins 23", status: 78,
      remedies: ["another --out", "--force"]),
    Mishap(
      testDescription: "another training", before: ["\(train) --out run"],
      command: "\(train) --dropout 0.5 --out run --resume", status: 78, remedies: ["another --out"]),
    Mishap(
      testDescription: "a training that diverges",
      command: "train CORPUS --epochs 2 --hidden 8 --out run --learning-rate 1",
      status: 65, remedies: ["--learning-rate 0.002 --force", "--learning-rate 0.002 another --out"]),
    Mishap(
      testDescription: "a training that diverges without a limit of gradients",
      command: "train CORPUS --epochs 2 --hidden 8 --out run --learning-rate 1 --clip-norm 0", status: 65,
      remedies: ["--learning-rate 0.002 --clip-norm 5 --force"]),
    Mishap(
      testDescription: "a comparison whose training diverges",
      command: "\(compare) --epochs 2 --out results --learning-rate 1", status: 65,
      remedies: ["--learning-rate 0.002 --force"]),
    Mishap(
      testDescription: "8 kHz in preprocess", files: slow, command: "preprocess slow --out feats", status: 65,
      remedies: ["--resample --force", "--sample-rate 8000 --force"]),
    Mishap(
      testDescription: "8 kHz in train", files: slow,
      command: "train slow --epochs 1 --hidden 8 --out run", status: 65,
      remedies: ["--resample --force", "--sample-rate 8000 --force"]),
    Mishap(
      testDescription: "8 kHz in compare", files: slow,
      command: "compare mel mel:mel-bins=23 --corpus slow --seeds 1 --epochs 1 --hidden 8 --out results",
      status: 65, remedies: ["--resample --force", "--sample-rate 8000 --force"]),
    Mishap(
      testDescription: "8 kHz into a model of 16 kHz", files: slow, before: ["\(train) --out run"],
      command: "evaluate run slow", status: 65, remedies: ["--resample"]),
    Mishap(
      testDescription: "8 kHz in a check", files: slow, command: "corpus check slow", status: 65,
      remedies: ["--resample", "--sample-rate 8000"]),
    Mishap(
      testDescription: "8 kHz in a stream", files: slow, command: "stream --output npy", status: 65,
      remedies: ["--resample", "--sample-rate 8000"], input: "slow/TEST/DR1/MRPE0/SI1.WAV"),
    Mishap(
      testDescription: "absolute paths in a manifest",
      files: { folder in
        let lines = try BuiltInCorpus.utterances().map { name in
          let path = BuiltInCorpus.url.appendingPathComponent(name).path
          let id = name.replacingOccurrences(of: "/", with: "-")
          return #"{"id":"\#(id)","audio":"\#(path).WAV","labels":"\#(path).PHN"}"# + "\n"
        }
        try Data(lines.joined().utf8).write(to: folder.appending("absolute.jsonl"))
      }, command: "preprocess absolute.jsonl --out feats", status: 65, remedies: ["--root / --force"]),
    Mishap(
      testDescription: "the corpus as --out",
      files: { try FileManager.default.copyItem(at: BuiltInCorpus.url, to: $0.appending("own")) },
      command: "preprocess own --out own", status: 73, remedies: ["another --out"]),
    Mishap(
      testDescription: "two channels",
      files: { folder in
        try FileManager.default.createDirectory(
          at: folder.appending("two/spk"), withIntermediateDirectories: true)
        try FaultyCorpus.wav(samples: 16_000, seed: 1, channels: 2).write(
          to: folder.appending("two/spk/A.wav"))
      }, command: "preprocess two --out feats", status: 65,
      remedies: ["--channel 1 --force", "--channel mix --force"]),
    Mishap(
      testDescription: "another file in --out",
      files: { folder in
        let shards = folder.appending("feats/shards")
        try FileManager.default.createDirectory(at: shards, withIntermediateDirectories: true)
        try Data("mine".utf8).write(to: folder.appending("feats/config.json"))
      }, command: "preprocess CORPUS --out feats", status: 78, remedies: ["another --out"]),
    Mishap(
      testDescription: "normalization of whole utterances in a stream", files: slow,
      command: "stream --output npy --sample-rate 8000 --cmvn speaker", status: 64,
      remedies: ["--cmvn sliding"], input: "slow/TEST/DR1/MRPE0/SI1.WAV"),
    Mishap(
      testDescription: "stored features of other options",
      before: ["preprocess CORPUS --out feats --mel-bins 23"],
      command: "\(train) --out run --features-from feats", status: 78, remedies: ["without --features-from"]),
    Mishap(
      testDescription: "a file that is too large", command: "\(train) --out run", status: 74,
      remedies: ["--resume"]),
  ]

  @Test("each remedy that is a command ends well", arguments: mishaps)
  func remedies(_ mishap: Mishap) throws {
    let isLimited = mishap.testDescription == "a file that is too large"
    var ran: [String] = []
    var left: [[String]]?
    repeat {
      let folder = try TemporaryFolder()
      try mishap.files(folder)
      for command in mishap.before {
        let run = try Self.run(Self.words(command) + ["--quiet"], in: folder)
        try #require(run.status == 0, "\(command): \(run.errors)")
      }
      let words = Self.words(mishap.command)
      let input = mishap.input
      let failed = try Self.run(words, in: folder, input: input, fileBlocks: isLimited ? 40 : nil)
      #expect(failed.status == mishap.status, "\(failed.errors)")
      let edits = left ?? Self.edits(of: failed.errors + failed.output)
      guard let edit = edits.first else { break }
      left = Array(edits.dropFirst())
      let remedied = try Self.applied(edit, to: words)
      let run = try Self.run(remedied, in: folder, input: input)
      #expect(run.status == 0, "\(remedied.joined(separator: " ")): \(run.errors)")
      ran.append(edit.joined(separator: " "))
    } while left?.isEmpty == false
    for remedy in mishap.remedies {
      #expect(ran.contains { $0.contains(remedy) }, "\(remedy) is not among \(ran)")
    }
  }

  @Test("a disk without space advises what goes on with a training, and nothing that train lacks")
  func fullDisk() {
    let failure = Failure(FileError.system(operation: .write, path: "run/x", code: ENOSPC))
    let train = failure.remedy?.text(for: CommandVocabulary(of: TrainCommand.self))
    #expect(train?.contains("the same command again with --resume") == true, "\(train ?? "")")
    let preprocess = failure.remedy?.text(for: CommandVocabulary(of: PreprocessRunCommand.self))
    #expect(preprocess?.contains("the same command again;") == true, "\(preprocess ?? "")")
    #expect(failure.remedy?.text(for: nil)?.contains("[") == false)
  }

  // MARK: Running

  private static func words(_ command: String) -> [String] {
    command.split(separator: " ").map { $0 == "CORPUS" ? BuiltInCorpus.path : String($0) }
  }

  private static func run(
    _ words: [String], in folder: TemporaryFolder, input: String? = nil, fileBlocks: Int? = nil
  ) throws -> ProgramRun {
    let bytes = try input.map { try Data(contentsOf: folder.appending($0)) }
    guard let fileBlocks else { return try ProgramRun.kaleido(words, input: bytes, in: folder.url) }
    let program = ProgramRun.productsFolder.appendingPathComponent("kaleido").path
    let line = "ulimit -f \(fileBlocks); exec \"$@\""
    return try ProgramRun.kaleido(
      ["-c", line, "sh", program] + words, program: URL(fileURLWithPath: "/bin/sh"), in: folder.url)
  }

  // MARK: Reading remedies

  /// The edits of a command line that messages advise, each as words: options with their values, `another
  /// --out`, `without --features-from`.
  static func edits(of messages: String) -> [[String]] {
    var texts: [String] = []
    for line in messages.split(separator: "\n") {
      if let range = line.firstRange(of: "remedy: ") {
        texts.append(String(line[range.upperBound...]))
      } else if line.hasPrefix("rejected: ") || line.contains(": rate-mismatch"),
        let range = line.firstRange(of: #/found .*?\. (?=[A-Z])/#)
      {
        texts.append(String(line[range.upperBound...]))
      }
    }
    var edits: [[String]] = []
    for alternative in texts.flatMap({ $0.split(separator: #/, or |: |; /#) }).map(String.init) {
      // Of another command, or one that only a reader can complete.
      guard let edit = edit(of: alternative), !edits.contains(edit) else { continue }
      edits.append(edit)
    }
    return edits
  }

  private static let flags: Set = ["--force", "--resume", "--resample", "--retry-rejects", "--no-compress"]

  private static func edit(of alternative: String) -> [String]? {
    guard !alternative.contains("kaleido ") else { return nil }
    let words = alternative.split(separator: " ").map { $0.trimmingCharacters(in: [".", ",", ")", ":"]) }
    var edit: [String] = []
    for (index, word) in words.enumerated() where word.hasPrefix("--") {
      let before = index > 0 ? words[index - 1].lowercased() : ""
      if word == "--out" {
        guard before == "another" else { return nil }
        edit += ["another", word]
      } else if before == "leave" {
        edit += ["without", word]
      } else if flags.contains(word) {
        edit.append(word)
      } else {
        // "raise --max-bad", "fewer --jobs": for a reader to choose.
        guard index + 1 < words.count, !["lower", "fewer", "less", "another", "raise"].contains(before),
          let first = words[index + 1].first, !["and", "with", "or", "to", "as"].contains(words[index + 1]),
          first != "-"
        else { return nil }
        edit += [word, words[index + 1]]
      }
    }
    return edit.isEmpty ? nil : edit
  }

  /// A command line with an edit.
  private static func applied(_ edit: [String], to words: [String]) throws -> [String] {
    var words = words
    var index = 0
    func next() -> String {
      index += 1
      return edit[index - 1]
    }
    func value(_ option: String) throws -> Int { try #require(words.firstIndex(of: option)) + 1 }
    while index < edit.count {
      let word = next()
      switch word {
      case "another":
        let option = next()
        words[try value(option)] += "-another"
      case "without":
        let option = next()
        let index = try value(option)
        words.removeSubrange(index - 1...index)
      case _ where flags.contains(word):
        if word == "--force" { words.removeAll { $0 == "--resume" } }
        if !words.contains(word) { words.append(word) }
      default:
        let given = next()
        if words.contains(word) { words[try value(word)] = given } else { words += [word, given] }
      }
    }
    return words
  }
}
