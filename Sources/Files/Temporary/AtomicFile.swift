/// Files that stand under their name whole or not at all.
package enum AtomicFile {
  /// Writes `bytes` as the whole content of `path`, as ``SafetensorsWriter`` does: temporary name, disk, rename, disk.
  ///
  /// - Throws: `system`, `noTemporaryName`.
  package static func write(
    _ bytes: [UInt8], to path: String, store: FileStore = FileStore()
  ) throws(FileError) {
    try write(to: path, store: store) { (file) throws(FileError) in try file.append(bytes) }
  }

  package static func write(
    to path: String, store: FileStore, _ body: (TemporaryFile) throws(FileError) -> Void
  ) throws(FileError) {
    let folder = parent(of: path)
    let names = try TemporaryNames(in: folder, store: store)
    let file = try TemporaryFile(path: names.next("file"), store: store, limit: 1 << 20)
    try body(file)
    try file.putOnDisk()
    try store.rename(file.path, to: path)
    file.keep()
    try store.syncFolder(folder)
  }
}
