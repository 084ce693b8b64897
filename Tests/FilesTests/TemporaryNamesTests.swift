import Files
import Glibc
import TestSupport
import Testing

@Suite("TemporaryNames")
struct TemporaryNamesTests {
  @Test("whichever call fails once, no lock or temporary file stays behind", arguments: [EIO, EINTR])
  func oneFailure(code: Int32) throws {
    var at = 1
    while true {
      let scratch = try Scratch()
      let operations = FaultyOperations(.failure(at: at, code: code))
      try? makeAndDrop(in: scratch.path, FileStore(operations))
      let isDone = operations.calls < at
      let left = FileStore().operations.list("\(scratch.path)/\(TemporaryNames.folderName)").names
      // A folder that cannot be listed may keep files, but not the lock that makes them a run's.
      #expect(left.filter { $0.hasSuffix(".lock") }.isEmpty, "call \(at): \(left)")
      at += 1
      if isDone { break }
    }
    #expect(at > 5)
  }

  private func makeAndDrop(in folder: String, _ store: FileStore) throws {
    let names = try TemporaryNames(in: folder, store: store)
    let file = try TemporaryFile(path: names.next("test"), store: store, limit: 16)
    try file.append([1, 2, 3])
    try file.close()
  }
}
