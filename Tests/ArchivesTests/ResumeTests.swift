import Archives
import Files
import Foundation
import Foundations
import Glibc
import TestSupport
import Testing

@Suite("Resume")
struct ResumeTests {
  @Test(
    "a second run writes nothing, not even indexes", arguments: ArchiveFormat.allCases)
  func nothingRewritten(format: ArchiveFormat) throws {
    let scratch = try Scratch()
    let corpus = try TinyCorpus()
    let options = IndexOptions(corpusRoot: "/corpus")
    let out = "\(scratch.path)/out"
    func run() throws -> IndexReport {
      let directory = try OutputDirectory.create(at: out, configuration: corpus.configuration(format))
      try corpus.run(directory)
      return try directory.writeIndexes(options)
    }
    let first = try run()
    #expect(!first.written.isEmpty)
    func inodes() throws -> [String: UInt64] {
      var found: [String: UInt64] = [:]
      for name in try scratch.files(at: out).keys { found[name] = try FileStore().status(out + name)?.inode }
      return found
    }
    let before = try inodes()
    let second = try run()
    #expect(second.written.isEmpty && second.unchanged == first.written)
    #expect(try inodes() == before)
  }

  @Test("the parts i of n give the whole in any order", arguments: [1, 2, 3, 5])
  func parts(count: Int) throws {
    let scratch = try Scratch()
    let corpus = try TinyCorpus(utterances: 17, shardUtterances: 3)
    for (name, order) in [("a", Array(1...count)), ("b", Array((1...count).reversed()))] {
      for index in order {
        let directory = try OutputDirectory.create(
          at: "\(scratch.path)/\(name)", configuration: corpus.configuration(.kaldi))
        let part = ShardPart(index: index, count: count)
        try corpus.run(directory, part: part)
        #expect(try directory.status(verifyingChecksums: true).todo(part: part).isEmpty)
      }
    }
    let single = try OutputDirectory.create(
      at: "\(scratch.path)/whole", configuration: corpus.configuration(.kaldi))
    try corpus.run(single)
    let reference = withoutTemporary(try scratch.files(at: "\(scratch.path)/whole"))
    #expect(withoutTemporary(try scratch.files(at: "\(scratch.path)/a")) == reference)
    #expect(withoutTemporary(try scratch.files(at: "\(scratch.path)/b")) == reference)
  }

  @Test("indexes are refused while shards are missing, which the error lists")
  func indexesNeedAll() throws {
    let scratch = try Scratch()
    let corpus = try TinyCorpus(utterances: 9, shardUtterances: 3)
    let directory = try OutputDirectory.create(
      at: "\(scratch.path)/out", configuration: corpus.configuration(.npy))
    try corpus.run(directory, part: ShardPart(index: 2, count: 3))
    #expect(throws: ArchiveError.shardsMissing(numbers: [0, 2])) {
      try directory.writeIndexes(IndexOptions(corpusRoot: "/corpus"))
    }
  }

  @Test("two interleaved writers of every shard are harmless", arguments: ArchiveFormat.allCases)
  func interleaved(format: ArchiveFormat) throws {
    let scratch = try Scratch()
    let corpus = try TinyCorpus(rejectEvery: 4)
    let reference = try OutputDirectory.create(
      at: "\(scratch.path)/reference", configuration: corpus.configuration(format))
    try corpus.run(reference)
    let out = "\(scratch.path)/out"
    do {
      let one = try OutputDirectory.create(at: out, configuration: corpus.configuration(format))
      let first = try corpus.write(0, to: one)
      // The second run comes while the first has files under temporary names, and must leave them.
      let two = try OutputDirectory.create(at: out, configuration: corpus.configuration(format))
      let second = try corpus.write(0, to: two)
      try ShardCommitter(directory: two).commit(second)
      try ShardCommitter(directory: one).commit(first)
      for shard in 1..<corpus.layout.shardCount {
        let first = try corpus.write(shard, to: one)
        let second = try corpus.write(shard, to: two)
        try ShardCommitter(directory: one).commit(first)
        try ShardCommitter(directory: two).commit(second)
      }
    }
    let files = try scratch.files(at: out)
    #expect(!files.keys.contains { $0.contains("tmp") })
    #expect(files == withoutTemporary(try scratch.files(at: "\(scratch.path)/reference")))
  }

  @Test("four concurrent runs give the bytes of one", arguments: ArchiveFormat.allCases)
  func concurrent(format: ArchiveFormat) async throws {
    let scratch = try Scratch()
    let corpus = try TinyCorpus(utterances: 12, shardUtterances: 2)
    let reference = try OutputDirectory.create(
      at: "\(scratch.path)/reference", configuration: corpus.configuration(format))
    try corpus.run(reference)
    let out = "\(scratch.path)/out"
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          let directory = try OutputDirectory.create(at: out, configuration: corpus.configuration(format))
          try corpus.run(directory)
        }
      }
      try await group.waitForAll()
    }
    let isSame =
      try scratch.files(at: out) == withoutTemporary(scratch.files(at: "\(scratch.path)/reference"))
    #expect(isSame)
  }

  @Test("files of ended runs are removed, those of active runs are not")
  func staleFiles() throws {
    let scratch = try Scratch()
    let corpus = try TinyCorpus()
    let living = try OutputDirectory.create(
      at: "\(scratch.path)/out", configuration: corpus.configuration(.kaldi))
    let shard = try corpus.write(0, to: living)
    let folder = "out/.kaleido-tmp"
    let dead = "1-00000000deadbeef"
    for name in ["\(dead).lock", "\(dead).1.feats.00000"] {
      try scratch.put([1, 2, 3], at: "\(folder)/\(name)")
    }
    try FileStore().makeFolder("\(scratch.path)/\(folder)/\(dead).2.folder")
    try scratch.put([1], at: "\(folder)/\(dead).2.folder/a.npy")
    // Without a lock file, or of another form, inside the folder or beside it: not ours.
    let foreign = [
      "\(folder)/2-0123456789abcdef.7.index", "\(folder)/1-dead.lock", "\(folder)/1-dead.1.feats",
      "\(folder)/notes", "out/tmp.1-dead.1.feats", "out/tmp.X.Y", "out/\(dead).3.index",
    ]
    for name in foreign { try scratch.put([1, 2, 3], at: name) }
    let next = try OutputDirectory.create(
      at: "\(scratch.path)/out", configuration: corpus.configuration(.kaldi))
    let names = try FileStore().list("\(scratch.path)/\(folder)")
    #expect(!names.contains { $0.hasPrefix(dead) })
    for name in foreign { #expect(try FileStore().status("\(scratch.path)/\(name)") != nil, "\(name)") }
    try ShardCommitter(directory: living).commit(shard)
    #expect(try next.status(verifyingChecksums: true).committed == [0])
  }

  @Test(
    "any flipped bit and any truncation is found, and a rerun repairs it", arguments: ArchiveFormat.allCases)
  func damage(format: ArchiveFormat) throws {
    let seed: UInt64 = 11
    var random = SplitMix64(seed: seed)
    let scratch = try Scratch()
    let corpus = try TinyCorpus()
    let out = "\(scratch.path)/out"
    let directory = try OutputDirectory.create(at: out, configuration: corpus.configuration(format))
    try corpus.run(directory)
    let reference = try scratch.files(at: out)
    for name in reference.keys.sorted() where name.hasPrefix("/shards") || name.hasPrefix("/records") {
      for isCut in [false, true] {
        var bytes = try #require(reference[name])
        if isCut {
          bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
        } else {
          bytes[Int.random(in: bytes.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        }
        try scratch.put(bytes, at: "out\(name)")
        let status = try directory.status(verifyingChecksums: true)
        #expect(status.wrong.count == 1, "seed \(seed): \(name), cut \(isCut)")
        try corpus.run(directory)
        let isSame = try scratch.files(at: out) == reference
        #expect(isSame, "seed \(seed): \(name)")
      }
    }
  }

  @Test("a trusting check compares sizes but not checksums")
  func trust() throws {
    let scratch = try Scratch()
    let corpus = try TinyCorpus()
    let directory = try OutputDirectory.create(
      at: "\(scratch.path)/out", configuration: corpus.configuration(.kaldi))
    try corpus.run(directory)
    let record = try #require(try directory.record(ofShard: 0))
    let path = directory.absolutePath(of: record.files[0].path)
    var bytes = try #require(try FileStore().contents(of: path))
    bytes[bytes.count / 2] ^= 1
    try scratch.put(bytes, at: "out/\(record.files[0].path)")
    #expect(try directory.status(verifyingChecksums: false).isWhole)
    guard case .wrong(let faults) = try directory.state(ofShard: 0, verifyingChecksums: true),
      case .checksumDiffers(let name, _, _) = faults.first
    else {
      Issue.record("the flipped bit was not found")
      return
    }
    #expect(name == record.files[0].path)
    try FileStore().remove(path)
    guard case .wrong(let missing) = try directory.state(ofShard: 0, verifyingChecksums: false) else {
      Issue.record("the missing file was not found")
      return
    }
    #expect(missing == [.fileMissing(path: record.files[0].path)])
  }

  @Test("another configuration is refused with the differing fields, and nothing changes")
  func configurationDiffers() throws {
    let scratch = try Scratch()
    let corpus = try TinyCorpus()
    let out = "\(scratch.path)/out"
    do {
      let directory = try OutputDirectory.create(at: out, configuration: corpus.configuration(.kaldi))
      try corpus.run(directory)
    }
    let before = try scratch.files(at: out)
    var other = corpus.configuration(.npy)
    other.options = ["mel_bins": 80, "window": "povey", "seed": 1]
    let error = #expect(throws: FileError.self) {
      try OutputDirectory.create(at: out, configuration: other)
    }
    guard case .configurationDiffers(_, let fields) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(
      fields == [
        ConfigurationDifference(field: "format", directory: "\"kaldi\"", run: "\"npy\""),
        ConfigurationDifference(field: "options.mel_bins", directory: "4", run: "80"),
        ConfigurationDifference(field: "options.seed", directory: nil, run: "1"),
        ConfigurationDifference(field: "options.dither", directory: "0.5", run: nil),
      ])
    #expect(try scratch.files(at: out) == before)
    // With --force the old shards go.
    let forced = try OutputDirectory.create(at: out, configuration: other, discardingOther: true)
    #expect(try forced.status(verifyingChecksums: true).missing.count == forced.shardCount)
    try corpus.run(forced)
    #expect(try forced.status(verifyingChecksums: true).isWhole)
  }

  @Test("of two first runs that disagree, the later one is refused")
  func racingConfigurations() throws {
    let scratch = try Scratch()
    let corpus = try TinyCorpus()
    let out = "\(scratch.path)/out"
    let operations = FaultyOperations(beforeLink: {
      _ = try? OutputDirectory.create(at: out, configuration: corpus.configuration(.npy))
    })
    #expect(throws: FileError.self) {
      try OutputDirectory.create(at: out, configuration: corpus.configuration(.kaldi), operations: operations)
    }
    #expect(try OutputDirectory.open(at: out, forWriting: false).configuration.format == .npy)
  }

  @Test("config.json reads back as the configuration, and only in its canonical form")
  func configurationBytes() throws {
    let scratch = try Scratch()
    let corpus = try TinyCorpus()
    let configuration = corpus.configuration(.lhotse, normalized: true)
    _ = try OutputDirectory.create(at: "\(scratch.path)/out", configuration: configuration)
    #expect(
      try OutputDirectory.open(at: "\(scratch.path)/out", forWriting: false).configuration == configuration)
    try scratch.put(configuration.bytes + [0x20], at: "out/config.json")
    #expect(throws: FileError.self) {
      try OutputDirectory.open(at: "\(scratch.path)/out", forWriting: false)
    }
    #expect(throws: FileError.notAnOutputDirectory(path: scratch.path)) {
      try OutputDirectory.open(at: scratch.path, forWriting: false)
    }
  }
}

@Suite("ShardWriter")
struct ShardWriterTests {
  @Test("keys are sorted by bytes and divided into runs; duplicates and unusable keys are refused")
  func layout() throws {
    let layout = try ShardLayout(keys: ["B_1", "a_1", "A_2", "A_10", "AB_1"], shardUtterances: 2)
    #expect(layout.keys == ["AB_1", "A_10", "A_2", "B_1", "a_1"])
    #expect(layout.shardCount == 3 && layout.keys(ofShard: 2) == ["a_1"])
    #expect(throws: ArchiveError.duplicateKey(key: "A")) { try ShardLayout(keys: ["A", "B", "A"]) }
    for key in ["", "a b", "a/b", "..", ".a", "a\u{0}", "a\tb", String(repeating: "x", count: 201)] {
      #expect(throws: ArchiveError.self, "\(key)") { try ShardLayout(keys: [key]) }
    }
  }

  @Test("more or fewer frames than announced are an error, and the utterance can still be rejected")
  func frameCounts() throws {
    let scratch = try Scratch()
    let directory = try OutputDirectory.create(
      at: "\(scratch.path)/out", configuration: plain(.kaldi, channels: 2, utterances: 2))
    var writer = try ShardWriter(directory: directory, shard: 0, keys: ["A_1", "A_2"])
    let description = UtteranceDescription(
      key: "A_1", speaker: "A", audioPath: "a.wav", container: .riff, sampleRateHertz: 16000,
      sampleCount: 1000, frameCount: 3)
    try writer.begin(description)
    try [1, 2, 3, 4].withUnsafeBufferPointer { try writer.append($0) }
    do {
      try writer.commitUtterance()
      Issue.record("three frames promised, two given")
    } catch {
      #expect(error == .frameCountDiffers(key: "A_1", role: .features, promised: 3, found: 2))
    }
    try writer.reject(key: "A_1", finding: ["key": "A_1", "code": "truncated"])
    do {
      try writer.begin(description)
      Issue.record("A_1 again")
    } catch {
      #expect(error == .unexpectedUtterance(shard: 0, key: "A_1", expected: "A_2"))
    }
    try writer.reject(key: "A_2", finding: ["key": "A_2", "code": "empty"])
    let record = try ShardCommitter(directory: directory).commit(try writer.finish())
    #expect(record.utterances.isEmpty && record.rejects.count == 2 && record.files[0].bytes == 0)
  }

  @Test("a shard with a key neither written nor rejected cannot be finished")
  func incomplete() throws {
    let scratch = try Scratch()
    let directory = try OutputDirectory.create(
      at: "\(scratch.path)/out", configuration: plain(.npy, channels: 2, utterances: 1))
    let writer = try ShardWriter(directory: directory, shard: 0, keys: ["A_1"])
    do {
      _ = try writer.finish()
      Issue.record("finished")
    } catch {
      #expect(error == .unexpectedUtterance(shard: 0, key: "", expected: "A_1"))
    }
  }

  @Test("a record is read back unchanged, and any changed byte is found")
  func record() throws {
    let scratch = try Scratch()
    let corpus = try TinyCorpus(rejectEvery: 3)
    let directory = try OutputDirectory.create(
      at: "\(scratch.path)/out", configuration: corpus.configuration(.lhotse))
    var record = try ShardCommitter(directory: directory).commit(try corpus.write(0, to: directory))
    record.inputs = [
      .init(
        key: "SPK0_SX0",
        files: [.init(role: "audio", bytes: 7, sha256: "a"), .init(role: "labels", bytes: 0, sha256: "b")]),
      .init(key: "SPK0_SX1", files: []),
    ]
    let bytes = try record.bytes()
    #expect(try ShardRecord(bytes: bytes, path: "r") == record)
    var random = SplitMix64(seed: 7)
    for _ in 0..<200 {
      var damaged = bytes
      damaged[Int.random(in: bytes.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      #expect(throws: FileError.self) { try ShardRecord(bytes: damaged, path: "r") }
    }
  }
}
