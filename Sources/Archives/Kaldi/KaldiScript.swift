package import Files
internal import Glibc

/// A Kaldi script file: the file and offset of the value of each key.
///
/// Lines are `KEY PATH` or `KEY PATH:OFFSET`, optionally followed by a range of rows `[FIRST:LAST]`,
/// inclusive. Commands (`… |`) are refused, since data must not run programs.
package struct KaldiScript: Equatable, Sendable {
  package struct Entry: Equatable, Sendable {
    package var key: String
    package var path: String
    package var offset: Int64
    /// The range of rows, if the line has one.
    package var rows: ClosedRange<Int>?
  }

  package let entries: [Entry]

  /// Reads a script file, with paths relative to `folder`.
  ///
  /// - Throws: `malformed` with the offset of the faulty line, `duplicateKey`, `system`.
  package init(path: String, relativeTo folder: String, store: FileStore = FileStore()) throws(ArchiveError) {
    let contents = try ArchiveError.onFiles { () throws(FileError) in try store.contents(of: path) }
    guard let bytes = contents else {
      throw .file(.system(operation: .open, path: path, code: ENOENT))
    }
    var entries: [Entry] = []
    var keys: Set<[UInt8]> = []
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      guard let line = String(validating: bytes[start..<end], as: UTF8.self),
        let entry = Self.entry(line, folder: folder)
      else {
        throw .file(
          .malformed(
            path: path, offset: Int64(start), expected: "KEY PATH:OFFSET",
            found: String(decoding: bytes[start..<min(end, start + 80)], as: UTF8.self)))
      }
      guard keys.insert(Array(entry.key.utf8)).inserted else { throw .duplicateKey(key: entry.key) }
      entries.append(entry)
      start = end + 1
    }
    self.entries = entries
  }

  private static func entry(_ line: String, folder: String) -> Entry? {
    let parts = line.split(maxSplits: 1) { $0 == " " || $0 == "\t" }
    guard parts.count == 2 else { return nil }
    var location = parts[1].drop { $0 == " " || $0 == "\t" }
    while let last = location.last, last.isWhitespace { location = location.dropLast() }
    guard !location.isEmpty, location.last != "|", location.first != "|", location != "-" else { return nil }
    var rows: ClosedRange<Int>?
    if location.last == "]" {
      guard let bracket = location.lastIndex(of: "[") else { return nil }
      let ends = location[bracket...].dropFirst().dropLast().split(
        separator: ":", omittingEmptySubsequences: false)
      guard ends.count == 2, let first = Int(ends[0]), let last = Int(ends[1]), first >= 0, last >= first
      else {
        return nil
      }
      rows = first...last
      location = location[..<bracket]
    }
    var offset: Int64 = 0
    if let colon = location.lastIndex(of: ":"), let value = Int64(location[colon...].dropFirst()), value >= 0
    {
      offset = value
      location = location[..<colon]
    }
    guard !location.isEmpty else { return nil }
    let path = location.hasPrefix("/") ? String(location) : "\(folder)/\(location)"
    return Entry(key: String(parts[0]), path: path, offset: offset, rows: rows)
  }
}
