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
  /// - Throws: `system`.
  package func append(_ value: JSONValue) throws(FileError) {
    let descriptor = try store.open(path, flags: O_WRONLY | O_CREAT | O_APPEND, as: .create)
    defer { store.close(descriptor) }
    let bytes = value.bytes + [UInt8(ascii: "\n")]
    try bytes.span.bytes.withUnsafeBytes { (buffer) throws(FileError) in
      try store.write(descriptor, buffer, path: path)
    }
    try store.sync(descriptor, path: path)
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
