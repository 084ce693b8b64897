/// Files that stand under their name whole or not at all.
package enum AtomicFile {
  /// Writes `bytes` as the whole content of `path`, as ``SafetensorsWriter`` does: temporary name, disk, rename, disk.
  ///
  /// - Throws: `system`, `noTemporaryName`.
  package static func write(
    _ bytes: [UInt8], to path: String, store: FileStore = FileStore()
  ) throws(ArchiveError) {
    try write(to: path, store: store) { (file) throws(ArchiveError) in try file.append(bytes) }
  }

  static func write(
    to path: String, store: FileStore, _ body: (TemporaryFile) throws(ArchiveError) -> Void
  ) throws(ArchiveError) {
    let folder = folder(of: path)
    let names = try TemporaryNames(in: folder, store: store)
    let file = try TemporaryFile(path: names.next("file"), store: store, limit: 1 << 20)
    try body(file)
    try file.putOnDisk()
    try store.rename(file.path, to: path)
    file.keep()
    try store.syncFolder(folder)
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
