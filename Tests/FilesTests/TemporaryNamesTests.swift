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

  /// Temporary files of a run of this process, with another name and a changed lock file.
  private func putGroup(in scratch: Scratch, replacing old: String, with new: String) throws -> String {
    let folder = "\(scratch.path)/\(TemporaryNames.folderName)"
    let names = try TemporaryNames(in: scratch.path, store: FileStore())
    defer { withExtendedLifetime(names) {} }
    let lock = try #require(try FileStore().list(folder).first { $0.hasSuffix(".lock") })
    let bytes = try #require(try FileStore().contents(of: "\(folder)/\(lock)"))
    let text = String(decoding: bytes, as: UTF8.self).replacing(try Regex(old), with: new)
    for (name, content) in [("lock", Array(text.utf8)), ("1.test", [1, 2])] {
      try scratch.put(content, at: "\(TemporaryNames.folderName)/77-0123456789abcdef.\(name)")
    }
    return "\(folder)/77-0123456789abcdef.lock"
  }

  private let group = ["77-0123456789abcdef.1.test", "77-0123456789abcdef.lock"]

  private func groupLeft(in scratch: Scratch) throws -> [String] {
    let names = try TemporaryNames(in: scratch.path, store: FileStore())
    defer { withExtendedLifetime(names) {} }
    return try FileStore().list("\(scratch.path)/\(TemporaryNames.folderName)").filter(group.contains)
  }

  @Test("files of an ended run of this host are removed at once")
  func ownHost() throws {
    let scratch = try Scratch()
    _ = try putGroup(in: scratch, replacing: #""process_begin":\d+"#, with: #""process_begin":1"#)
    #expect(try groupLeft(in: scratch).isEmpty)
  }

  @Test("files of another host stay until their lock file was not touched for an hour")
  func otherHost() throws {
    let scratch = try Scratch()
    let lock = try putGroup(in: scratch, replacing: #""kernel":"[^"]*""#, with: #""kernel":"elsewhere""#)
    #expect(try groupLeft(in: scratch) == group)
    do {
      let names = try TemporaryNames(in: scratch.path, store: FileStore())
      #expect(!names.isAlone)
    }
    for (minutes, left) in [(50, group), (70, [])] {
      var times = [timeval](repeating: timeval(tv_sec: time(nil) - minutes * 60, tv_usec: 0), count: 2)
      #expect(utimes(lock, &times) == 0)
      #expect(try groupLeft(in: scratch) == left, "\(minutes)")
    }
  }

  @Test("a folder that is a link is refused")
  func linkedFolder() throws {
    let scratch = try Scratch()
    try FileStore().makeFolder("\(scratch.path)/elsewhere")
    let folder = "\(scratch.path)/\(TemporaryNames.folderName)"
    #expect(symlink("\(scratch.path)/elsewhere", folder) == 0)
    #expect(throws: FileError.isLink(path: folder)) {
      try TemporaryNames(in: scratch.path, store: FileStore())
    }
    #expect(try FileStore().list("\(scratch.path)/elsewhere").isEmpty)
  }
}
