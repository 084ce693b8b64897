import Files
import Glibc

/// Whether an output directory could be written, found out without writing.
enum WritableFolder {
  /// Looks at the folder, or at the nearest above it that exists, in which it would be made.
  ///
  /// - Throws: ``FileError``, as the run would.
  static func check(_ path: String) throws(FileError) {
    var folder = path.isEmpty ? "." : path
    while true {
      var status = stat()
      if stat(folder, &status) == 0 {
        guard status.st_mode & S_IFMT == S_IFDIR else {
          throw .notAFolder(path: folder)
        }
        guard access(folder, W_OK | X_OK) == 0 else { throw failure(folder, errno) }
        return
      }
      guard errno == ENOENT else { throw failure(folder, errno) }
      while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
      guard let slash = folder.lastIndex(of: "/") else {
        guard folder != "." else { throw failure(folder, ENOENT) }
        folder = "."
        continue
      }
      guard folder != "/" else { throw failure(folder, ENOENT) }
      folder = slash == folder.startIndex ? "/" : String(folder[..<slash])
    }
  }

  private static func failure(_ path: String, _ code: Int32) -> FileError {
    .system(operation: .create, path: path, code: code)
  }
}
