import Archives
import TestSupport
import Testing

@Suite("Shard")
struct ShardTests {
  @Test("a run commits every shard, and a second run finds nothing to do", arguments: ArchiveFormat.allCases)
  func wholeRun(format: ArchiveFormat) throws {
    let scratch = try Scratch()
    let corpus = try TinyCorpus(rejectEvery: 5)
    let out = "\(scratch.path)/out"
    do {
      let directory = try OutputDirectory.create(at: out, configuration: corpus.configuration(format))
      try corpus.run(directory)
      let status = try directory.status(verifyingChecksums: true)
      #expect(status.isWhole && status.utterances == 8 && status.rejects == 2 && status.warnings == 1)
    }
    let files = try scratch.files(at: out)
    #expect(!files.keys.contains { $0.contains("tmp") })
    let again = try OutputDirectory.create(at: out, configuration: corpus.configuration(format))
    #expect(try again.status(verifyingChecksums: true).todo().isEmpty)
  }

  @Test("bytes depend neither on the sizes of blocks nor on the directory", arguments: ArchiveFormat.allCases)
  func sameBytes(format: ArchiveFormat) throws {
    let scratch = try Scratch()
    let corpus = try TinyCorpus(maximumFrames: 3000, rejectEvery: 4)
    for (name, block) in [("a", 1), ("b", 64), ("c", 100_000)] {
      let directory = try OutputDirectory.create(
        at: "\(scratch.path)/\(name)", configuration: corpus.configuration(format))
      try corpus.run(directory, block: block)
    }
    let reference = try scratch.files(at: "\(scratch.path)/a")
    #expect(reference.count > 3)
    #expect(try withoutTemporary(scratch.files(at: "\(scratch.path)/b")) == withoutTemporary(reference))
    #expect(try withoutTemporary(scratch.files(at: "\(scratch.path)/c")) == withoutTemporary(reference))
  }
}

func withoutTemporary(_ files: [String: [UInt8]]) -> [String: [UInt8]] {
  files.filter { !$0.key.hasPrefix("/.kaleido-tmp/") }
}
