/// Files that appear under their name complete or not at all.
package enum AtomicFile {
  /// Replaces the content of `path` by `bytes`: a temporary file is synchronized and renamed, then the folder
  /// is synchronized.
  ///
  /// - Throws: `system`, `noTemporaryName`.
  package static func write(
    _ bytes: [UInt8], to path: String, store: FileStore = FileStore()
  ) throws(FileError) {
    try write(to: path, store: store) { (file) throws(FileError) in try file.append(bytes) }
  }

  /// Writes a file unless it has these bytes; its name is on the disk afterward in any case, since a run that
  /// was killed may have renamed it.
  ///
  /// - Throws: `system`, `noTemporaryName`.
  package static func writeIfOther(
    _ bytes: [UInt8], to path: String, store: FileStore = FileStore()
  ) throws(FileError) {
    if try store.contents(of: path) == bytes {
      try store.syncFolder(parent(of: path))
    } else {
      try write(bytes, to: path, store: store)
    }
  }

  package static func write(
    to path: String, store: FileStore, _ body: (TemporaryFile) throws(FileError) -> Void
  ) throws(FileError) {
    let folder = parent(of: path)
    let names = try TemporaryNames(in: folder, store: store)
    let file = try TemporaryFile(path: names.next("file"), store: store, limit: 1 << 20, digestsAlong: false)
    try body(file)
    try file.putOnDisk()
    try store.rename(file.path, to: path)
    file.keep()
    try store.syncFolder(folder)
  }
}
