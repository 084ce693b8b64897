internal import Glibc

/// A file of JSON values, one per line, to which several runs may append.
package struct JSONLines: Sendable {
  package let path: String
  private let store: FileStore

  package init(path: String, store: FileStore = FileStore()) {
    self.path = path
    self.store = store
  }

  /// Appends a value and waits for the disk.
  ///
  /// A single write in append mode, so that lines of several runs are not mixed.
  ///
  /// - Throws: `system`, `isLink`.
  package func append(_ value: JSONValue) throws(FileError) {
    let descriptor = try open(flags: O_CREAT)
    defer { store.close(descriptor) }
    let bytes = value.bytes + [UInt8(ascii: "\n")]
    try bytes.span.bytes.withUnsafeBytes { (buffer) throws(FileError) in
      try store.write(descriptor, buffer, path: path)
    }
    try store.sync(descriptor, path: path)
  }

  /// Requires that a line could be appended, as far as that is known before.
  ///
  /// - Throws: `system`, `isLink`.
  package func requireAppendable() throws(FileError) {
    do {
      store.close(try open(flags: 0))
    } catch .system(_, _, let code) where code == ENOENT {
      return
    }
  }

  /// Opens the file itself: a link would lead outside the directory.
  private func open(flags: Int32) throws(FileError) -> Int32 {
    do {
      return try store.open(path, flags: O_WRONLY | O_APPEND | O_NOFOLLOW | flags, as: .create)
    } catch .system(_, _, let code) where code == ELOOP {
      throw .isLink(path: path)
    }
  }

  /// The values, oldest first; lines truncated by a crash are skipped, and a missing file has no values.
  ///
  /// - Throws: `system`, `malformed`.
  package func values() throws(FileError) -> [JSONValue] {
    guard let bytes = try store.contents(of: path) else { return [] }
    return bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
      try? JSONParser.parse(Array(line), path: path)
    }
  }
}
