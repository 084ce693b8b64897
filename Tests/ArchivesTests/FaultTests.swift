import Archives
import Files
import Glibc
import TestSupport
import Testing

/// The promise after a fault: a file under a final name is whole or absent, and the same run without the
/// fault ends with the reference's bytes and leaves nothing temporary.
@Suite("Fault")
struct FaultTests {
  let corpus: TinyCorpus

  // Utterances beyond the write buffer, so that files are begun, rolled back and patched on the disk.
  init() throws {
    corpus = try TinyCorpus(
      utterances: 4, speakers: 2, channels: 512, maximumFrames: 220, shardUtterances: 2, rejectEvery: 3,
      seed: 5)
  }

  /// The whole run: open, shards, indexes.
  func run(_ path: String, _ format: ArchiveFormat, _ operations: FaultyOperations) throws {
    do {
      let directory = try OutputDirectory.create(
        at: path, configuration: corpus.configuration(format), operations: operations)
      try corpus.run(directory, block: 500)
      _ = try directory.writeIndexes(IndexOptions(corpusRoot: "/corpus", usesRelativePaths: true))
    } catch let error as FileError {
      throw ArchiveError.file(error)
    }
  }

  func reference(_ scratch: Scratch, _ format: ArchiveFormat) throws -> (files: [String: [UInt8]], calls: Int)
  {
    let operations = FaultyOperations()
    try run("\(scratch.path)/reference", format, operations)
    let files = try scratch.files(at: "\(scratch.path)/reference")
    #expect(!files.keys.contains { $0.contains("tmp") })
    return (files, operations.calls)
  }

  func checkCommitted(
    _ scratch: Scratch, _ path: String, _ reference: [String: [UInt8]], _ what: String
  ) throws {
    guard try FileStore().status(path) != nil else { return }
    for (name, bytes) in withoutTemporary(try scratch.files(at: path)) {
      let isWhole = bytes == reference[name]
      #expect(isWhole, "\(what): \(name)")
    }
  }

  func checkRecovery(
    _ scratch: Scratch, _ path: String, _ format: ArchiveFormat, _ reference: [String: [UInt8]],
    _ what: String
  ) throws {
    try run(path, format, FaultyOperations())
    let isSame = try scratch.files(at: path) == reference
    #expect(isSame, "\(what): the rerun differs")
    FileStore().removeQuietly(path)
  }

  @Test("after a crash at any system call a rerun gives the same bytes", arguments: ArchiveFormat.allCases)
  func death(format: ArchiveFormat) throws {
    let scratch = try Scratch()
    let (reference, calls) = try reference(scratch, format)
    let path = "\(scratch.path)/out"
    for call in 1...calls {
      #expect(throws: ArchiveError.self, "death at \(call)") {
        try run(path, format, FaultyOperations(.death(at: call)))
        // Dying in the last clean-up is no failure of the run.
        if call > calls - 3 { throw ArchiveError.file(.digestUnavailable) }
      }
      try checkCommitted(scratch, path, reference, "death at \(call)")
      try checkRecovery(scratch, path, format, reference, "death at \(call)")
    }
  }

  @Test(
    "a failure of any single call is an error with its code, or harmless",
    arguments: ArchiveFormat.allCases, [EIO])
  func failure(format: ArchiveFormat, code: Int32) throws {
    let scratch = try Scratch()
    let (reference, calls) = try reference(scratch, format)
    let path = "\(scratch.path)/out"
    for call in 1...calls {
      let what = "errno \(code) at \(call)"
      do {
        try run(path, format, FaultyOperations(.failure(at: call, code: code)))
        let isSame = try withoutTemporary(scratch.files(at: path)) == reference
        #expect(isSame, "\(what): a success that is not whole")
      } catch let error as ArchiveError {
        #expect(error.systemCode == code, "\(what): \(error)")
        try checkCommitted(scratch, path, reference, what)
      }
      try checkRecovery(scratch, path, format, reference, what)
    }
  }

  @Test("a full disk is ENOSPC and leaves no incomplete file", arguments: ArchiveFormat.allCases)
  func fullDisk(format: ArchiveFormat) throws {
    let scratch = try Scratch()
    let (reference, _) = try reference(scratch, format)
    let total = reference.values.reduce(0) { $0 + $1.count }
    let path = "\(scratch.path)/out"
    for percent in [0, 1, 10, 30, 50, 70, 90, 99] {
      let error = #expect(throws: ArchiveError.self) {
        try run(path, format, FaultyOperations(.full(after: total * percent / 100)))
      }
      #expect(error?.systemCode == ENOSPC)
      try checkCommitted(scratch, path, reference, "\(percent) %")
      try checkRecovery(scratch, path, format, reference, "\(percent) %")
    }
  }

  @Test("interrupted calls and short transfers change nothing", arguments: ArchiveFormat.allCases)
  func interruptions(format: ArchiveFormat) throws {
    let scratch = try Scratch()
    let (reference, _) = try reference(scratch, format)
    let path = "\(scratch.path)/out"
    try run(path, format, FaultyOperations(.interruptions))
    #expect(try scratch.files(at: path) == reference)
  }
}
