import Files
import Glibc
import TestSupport
import Testing

@Suite("JSONLines")
struct JSONLinesTests {
  @Test("lines are appended, and torn ones skipped")
  func lines() throws {
    let scratch = try Scratch()
    let lines = JSONLines(path: "\(scratch.path)/lines.jsonl")
    try lines.requireAppendable()
    #expect(try lines.values().isEmpty)
    try scratch.put(Array("{\"a\":1}\n{\"b\":\n".utf8), at: "lines.jsonl")
    try lines.append(["c": 3])
    #expect(try lines.values() == [["a": 1], ["c": 3]])
  }

  @Test("a link is not followed")
  func link() throws {
    let scratch = try Scratch()
    try scratch.put([7], at: "precious")
    let path = "\(scratch.path)/lines.jsonl"
    #expect(symlink("\(scratch.path)/precious", path) == 0)
    let lines = JSONLines(path: path)
    #expect(throws: FileError.isLink(path: path)) { try lines.requireAppendable() }
    #expect(throws: FileError.isLink(path: path)) { try lines.append(["a": 1]) }
    #expect(try FileStore().contents(of: "\(scratch.path)/precious") == [7])
  }
}
