import Archives
import Files
import Glibc
import TestSupport
import Testing

@Suite("Ownership")
struct OwnershipTests {
  /// Files that a person could have, named as like ours as can be.
  private let foreign = [
    "notes.txt", "tmp.a.b", "tmp.1-2.lock", "tmp.1-2.3.index", "shards/mine.bin", "shards/feats.00000.ark",
    "shards/feats.00000.0123456789ABCDEF.ark", "shards/feats.00000.0123456789abcde.ark",
    "shards/feats.0.0123456789abcdef.ark", "shards/labels-60.00000.0123456789abcdef.ark",
    "shards/feats.00000.0123456789abcdef.wav", "shards/old/a.npy", "records/readme", "records/1.json",
    "records/raw.00000.json",
  ]

  private func putForeign(_ scratch: Scratch, below folder: String) throws -> [String: [UInt8]] {
    var put: [String: [UInt8]] = [:]
    for (index, name) in foreign.enumerated() {
      let parts = "\(folder)/\(name)".split(separator: "/").dropLast()
      try FileStore().makeFolders("\(scratch.path)/\(parts.joined(separator: "/"))")
      try scratch.put([UInt8(index), 7], at: "\(folder)/\(name)")
      put["/\(name)"] = [UInt8(index), 7]
    }
    return put
  }

  private func holdsAll(_ files: [String: [UInt8]], _ wanted: [String: [UInt8]]) -> Bool {
    wanted.allSatisfy { files[$0.key] == $0.value }
  }

  @Test(
    "a run in a folder with other files leaves all of them", arguments: ArchiveFormat.allCases)
  func foreignFolder(format: ArchiveFormat) throws {
    let scratch = try Scratch()
    let corpus = try TinyCorpus()
    let put = try putForeign(scratch, below: "out")
    let directory = try OutputDirectory.create(
      at: "\(scratch.path)/out", configuration: corpus.configuration(format))
    try corpus.run(directory)
    _ = try directory.writeIndexes(IndexOptions(corpusRoot: "/corpus"))
    #expect(holdsAll(try scratch.files(at: "\(scratch.path)/out"), put))
  }

  @Test(
    "discarding a config.json that is not ours is refused and changes nothing",
    arguments: ["{}", "{\"version\":1,\"format\":\"kaldi\"}", "{\"name\": \"my project\"}", "not json", ""])
  func foreignConfiguration(text: String) throws {
    let scratch = try Scratch()
    let corpus = try TinyCorpus()
    _ = try putForeign(scratch, below: "out")
    // Named as a record, but none.
    try scratch.put([0x7B, 0x7D], at: "out/records/00000.json")
    try scratch.put([1], at: "out/shards/feats.00000.0123456789abcdef.ark")
    try scratch.put(Array(text.utf8), at: "out/config.json")
    let out = "\(scratch.path)/out"
    let before = try scratch.files(at: out)
    for isForced in [false, true] {
      #expect(throws: FileError.configurationUnusable(path: "\(out)/config.json", isOurs: false)) {
        try OutputDirectory.create(
          at: out, configuration: corpus.configuration(.kaldi), discardingOther: isForced)
      }
      #expect(try scratch.files(at: out) == before)
    }
  }

  @Test("a directory of an earlier version is refused, discarded or not, and stays as it was")
  func earlierVersion() throws {
    let scratch = try Scratch()
    let corpus = try TinyCorpus()
    let out = "\(scratch.path)/out"
    do {
      try corpus.run(try OutputDirectory.create(at: out, configuration: corpus.configuration(.kaldi)))
    }
    let text = String(decoding: corpus.configuration(.kaldi).bytes, as: UTF8.self)
    try scratch.put(
      Array(text.replacing("\"version\": 3", with: "\"version\": 2").utf8), at: "out/config.json")
    let before = try scratch.files(at: out)
    let refusal = FileError.otherVersion(path: "\(out)/config.json", expected: 3, found: "2")
    for isForced in [false, true] {
      #expect(throws: refusal) {
        try OutputDirectory.create(
          at: out, configuration: corpus.configuration(.kaldi), discardingOther: isForced)
      }
      #expect(throws: refusal) { try OutputDirectory.open(at: out, forWriting: isForced) }
    }
    #expect(try scratch.files(at: out) == before)
  }

  @Test("a damaged config.json with our records is discarded only on request")
  func damagedConfiguration() throws {
    let scratch = try Scratch()
    let corpus = try TinyCorpus()
    let out = "\(scratch.path)/out"
    do {
      let directory = try OutputDirectory.create(at: out, configuration: corpus.configuration(.kaldi))
      try corpus.run(directory)
      _ = try directory.writeIndexes(IndexOptions(corpusRoot: "/corpus"))
    }
    let reference = try scratch.files(at: out)
    try scratch.put(Array("{\"version\":1,\"for".utf8), at: "out/config.json")
    for forWriting in [false, true] {
      #expect(throws: FileError.configurationUnusable(path: "\(out)/config.json", isOurs: true)) {
        try OutputDirectory.open(at: out, forWriting: forWriting)
      }
    }
    #expect(throws: FileError.configurationUnusable(path: "\(out)/config.json", isOurs: true)) {
      try OutputDirectory.create(at: out, configuration: corpus.configuration(.kaldi))
    }
    do {
      let directory = try OutputDirectory.create(
        at: out, configuration: corpus.configuration(.kaldi), discardingOther: true)
      try corpus.run(directory)
      _ = try directory.writeIndexes(IndexOptions(corpusRoot: "/corpus"))
    }
    #expect(try scratch.files(at: out) == reference)
  }

  @Test(
    "discarding removes everything of the other configuration and nothing else",
    arguments: ArchiveFormat.allCases, ArchiveFormat.allCases)
  func force(old: ArchiveFormat, new: ArchiveFormat) throws {
    let scratch = try Scratch()
    let corpus = try TinyCorpus()
    func run(_ name: String, _ configuration: DirectoryConfiguration, _ isForced: Bool) throws {
      let directory = try OutputDirectory.create(
        at: "\(scratch.path)/\(name)", configuration: configuration, discardingOther: isForced)
      try corpus.run(directory)
      if configuration.storesNormalized { try corpus.normalize(directory) }
      let report = try directory.writeIndexes(IndexOptions(corpusRoot: "/c", usesRelativePaths: true))
      let names = Set(IndexNames.all(of: configuration))
      #expect(Set(report.written + report.unchanged).isSubset(of: names))
    }
    var configuration = corpus.configuration(new)
    configuration.options = ["mel_bins": 5]
    try run("reference", configuration, false)
    let put = try putForeign(scratch, below: "out")
    try run("out", corpus.configuration(old, normalized: true), false)
    try run("out", configuration, true)
    let reference = try scratch.files(at: "\(scratch.path)/reference").merging(put) { a, _ in a }
    #expect(try scratch.files(at: "\(scratch.path)/out") == reference)
  }

  @Test("discarding beside an active run of another configuration is refused and changes nothing")
  func activeOther() throws {
    let scratch = try Scratch()
    let corpus = try TinyCorpus()
    let out = "\(scratch.path)/out"
    let active = try OutputDirectory.create(at: out, configuration: corpus.configuration(.kaldi))
    try corpus.run(active)
    let before = try withoutTemporary(scratch.files(at: out))
    #expect(throws: FileError.inUse(path: out, owner: nil)) {
      try OutputDirectory.create(at: out, configuration: corpus.configuration(.npy), discardingOther: true)
    }
    #expect(try withoutTemporary(scratch.files(at: out)) == before)
    _ = try active.writeIndexes(IndexOptions(corpusRoot: "/corpus"))
  }

  @Test("names of temporary files are recognized by their complete form")
  func temporaryForm() throws {
    let scratch = try Scratch()
    let corpus = try TinyCorpus()
    let directory = try OutputDirectory.create(
      at: "\(scratch.path)/out", configuration: corpus.configuration(.npy))
    let path = directory.temporaryPath("x")
    let prefix = "\(scratch.path)/out/.kaleido-tmp/\(getpid())-"
    #expect(path.hasPrefix(prefix) && path.hasSuffix(".x"))
    #expect(directory.temporaryPath("x") != path)
  }
}

@Suite("SupersededFiles")
struct SupersededTests {
  /// A corpus some of whose utterances are rejected, and the same one repaired.
  private func corpora() throws -> (faulty: TinyCorpus, repaired: TinyCorpus) {
    (try TinyCorpus(rejectEvery: 4), try TinyCorpus())
  }

  private func retry(_ corpus: TinyCorpus, _ directory: OutputDirectory) throws {
    let committer = ShardCommitter(directory: directory)
    for shard in 0..<directory.shardCount {
      guard let record = try directory.record(ofShard: shard), !record.rejects.isEmpty else { continue }
      try committer.commit(try corpus.write(shard, to: directory))
    }
  }

  private let options = IndexOptions(corpusRoot: "/corpus", usesRelativePaths: true)

  @Test(
    "retried rejects give the bytes of a fresh run, including the normalized set and folders",
    arguments: ArchiveFormat.allCases, NormalizationSource.allCases)
  func retried(format: ArchiveFormat, source: NormalizationSource) throws {
    let scratch = try Scratch()
    let (faulty, repaired) = try corpora()
    let configuration = faulty.configuration(format, normalized: true, source: source)
    func finish(_ corpus: TinyCorpus, _ directory: OutputDirectory) throws {
      try corpus.normalize(directory)
      _ = try directory.writeIndexes(options)
    }
    let reference = try OutputDirectory.create(at: "\(scratch.path)/reference", configuration: configuration)
    try repaired.run(reference)
    try finish(repaired, reference)
    let directory = try OutputDirectory.create(at: "\(scratch.path)/out", configuration: configuration)
    try faulty.run(directory)
    try finish(faulty, directory)
    try retry(repaired, directory)
    let stale = try directory.status(set: .normalized, verifyingChecksums: true).wrong.map(\.shard)
    #expect(!stale.isEmpty && (source == .shard) == (stale.count < directory.shardCount))
    // Indexes are not made of two ages.
    #expect(throws: ArchiveError.self) { try directory.writeIndexes(options) }
    try finish(repaired, directory)
    #expect(
      try withoutTemporary(scratch.files(at: "\(scratch.path)/out"))
        == withoutTemporary(scratch.files(at: "\(scratch.path)/reference")))
    #expect(
      try FileStore().list("\(scratch.path)/out/shards")
        == FileStore().list("\(scratch.path)/reference/shards"), "no empty folder is left")
  }

  @Test(
    "after a crash at any call a retry of rejects gives the result of a fresh run",
    arguments: ArchiveFormat.allCases)
  func killed(format: ArchiveFormat) throws {
    let scratch = try Scratch()
    let faulty = try TinyCorpus(utterances: 4, shardUtterances: 2, rejectEvery: 3)
    let repaired = try TinyCorpus(utterances: 4, shardUtterances: 2)
    let out = "\(scratch.path)/out"
    func run(
      _ corpus: TinyCorpus, at path: String, _ operations: FaultyOperations = FaultyOperations()
    ) throws {
      let directory = try OutputDirectory.create(
        at: path, configuration: corpus.configuration(format), operations: operations)
      try corpus.run(directory)
      try retry(corpus, directory)
      _ = try directory.writeIndexes(options)
    }
    try run(repaired, at: "\(scratch.path)/reference")
    let reference = try scratch.files(at: "\(scratch.path)/reference")
    let count = FaultyOperations()
    try run(faulty, at: out)
    try run(repaired, at: out, count)
    #expect(try scratch.files(at: out) == reference)
    for call in 1...count.calls {
      FileStore().removeQuietly(out)
      try run(faulty, at: out)
      let before = try scratch.files(at: out)
      try? run(repaired, at: out, FaultyOperations(.death(at: call)))
      // Whatever the indexes name is there.
      let dead = try scratch.files(at: out)
      let index = format == .kaldi ? "/feats.scp" : "/manifest.jsonl"
      if dead[index] == before[index] {
        for name in before.keys where name.hasPrefix("/shards/") {
          #expect(dead[name] == before[name], "death at \(call): \(name)")
        }
      }
      try run(repaired, at: out)
      let isSame = try scratch.files(at: out) == reference
      #expect(isSame, "death at \(call)")
    }
  }

  @Test("nothing is removed while another run is active; the next run removes it")
  func another() throws {
    let scratch = try Scratch()
    let (faulty, repaired) = try corpora()
    let out = "\(scratch.path)/out"
    let configuration = faulty.configuration(.lhotse)
    let shards: [String]
    do {
      let directory = try OutputDirectory.create(at: out, configuration: configuration)
      try faulty.run(directory)
      _ = try directory.writeIndexes(options)
      shards = try FileStore().list("\(out)/shards")
    }
    do {
      let directory = try OutputDirectory.create(at: out, configuration: configuration)
      let other = try OutputDirectory.create(at: out, configuration: configuration)
      try retry(repaired, directory)
      _ = try directory.writeIndexes(options)
      #expect(Set(shards).isSubset(of: try FileStore().list("\(out)/shards")))
      #expect(try other.status(verifyingChecksums: true).isWhole)
    }
    let next = try OutputDirectory.create(at: out, configuration: configuration)
    let report = try next.writeIndexes(options)
    #expect(report.written.isEmpty)
    #expect(!Set(shards).isSubset(of: try FileStore().list("\(out)/shards")))
    #expect(try next.status(verifyingChecksums: true).isWhole)
  }

  @Test("an orphan of a shard stays until the shard is committed")
  func uncommitted() throws {
    let scratch = try Scratch()
    let corpus = try TinyCorpus()
    let directory = try OutputDirectory.create(
      at: "\(scratch.path)/out", configuration: corpus.configuration(.npy))
    let orphan = "out/shards/feats.00001.0123456789abcdef.npy"
    try scratch.put([1], at: orphan)
    #expect(throws: ArchiveError.self) { try directory.writeIndexes(options) }
    #expect(try FileStore().status("\(scratch.path)/\(orphan)") != nil)
    try corpus.run(directory)
    _ = try directory.writeIndexes(options)
    #expect(try FileStore().status("\(scratch.path)/\(orphan)") == nil)
  }

  @Test("a checkpoint that throws stops verification and indexes harmlessly", arguments: [0, 3, 8])
  func cancelled(after: Int) throws {
    let scratch = try Scratch()
    let corpus = try TinyCorpus()
    let directory = try OutputDirectory.create(
      at: "\(scratch.path)/out", configuration: corpus.configuration(.kaldi))
    try corpus.run(directory)
    func checkpoint() -> Checkpoint {
      var calls = 0
      return { (_: Int64) throws(FileError) in
        calls += 1
        if calls > after { throw .cancelled }
      }
    }
    #expect(throws: FileError.cancelled) {
      try directory.status(verifyingChecksums: true, checkpoint: checkpoint())
    }
    #expect(throws: ArchiveError.file(.cancelled)) {
      try directory.writeIndexes(options, checkpoint: checkpoint())
    }
    #expect(try directory.status(verifyingChecksums: true).isWhole)
    _ = try directory.writeIndexes(options)
  }

  @Test("compression refuses NaN and infinity, and the utterance can be rejected")
  func notFinite() throws {
    let scratch = try Scratch()
    let corpus = try TinyCorpus(utterances: 1)
    let directory = try OutputDirectory.create(
      at: "\(scratch.path)/out", configuration: corpus.configuration(.kaldi, isCompressed: true))
    var spoilt = corpus
    spoilt.utterances[0].rows[0] = .nan
    do {
      _ = try spoilt.write(0, to: directory)
      Issue.record("a NaN was compressed")
    } catch let error as ArchiveError {
      #expect(error == .notFinite(key: corpus.layout.keys[0]))
    }
  }
}
