import Foundations
import Glibc

/// A reader of a folder's entries in byte order, with one descriptor that is closed before it returns.
struct FolderReader {
  enum Kind: Equatable {
    case folder
    case file
    case link
    case other
  }

  struct Entry {
    /// The name; if it is not UTF-8, its bytes are escaped and `isText` is false.
    var name: String
    var isText: Bool
    var kind: Kind
    var byteCount: Int
  }

  /// Reads a folder.
  ///
  /// The size is determined for files for which `needsSize` is true.
  static func read(
    _ path: String, shown: String, needsSize: (String) -> Bool
  ) throws(CorpusError) -> [Entry] {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0, let stream = fdopendir(descriptor) else {
      let code = errno
      if descriptor >= 0 { close(descriptor) }
      switch code {
      case EACCES, EPERM: throw .permission(path: shown)
      case ENOENT: throw .noSuchPath(path: shown)
      default: throw .inputOutput(path: shown, operation: "opendir", errno: code)
      }
    }
    defer { closedir(stream) }
    var entries: [Entry] = []
    while true {
      errno = 0
      guard let raw = readdir(stream) else {
        if errno != 0 { throw .inputOutput(path: shown, operation: "readdir", errno: errno) }
        break
      }
      let type = Int32(raw.pointee.d_type)
      let entry: Entry? = try withUnsafePointer(to: &raw.pointee.d_name) {
        (tuple) throws(CorpusError) -> Entry? in
        try tuple.withMemoryRebound(to: CChar.self, capacity: 256) {
          (name) throws(CorpusError) -> Entry? in
          // `.` and `..`, hidden files, and the metadata files of macOS.
          if name[0] == 0x2E { return nil }
          return try self.entry(name, type: type, folder: descriptor, shown: shown, needsSize: needsSize)
        }
      }
      if let entry { entries.append(entry) }
    }
    entries.sort { UtteranceKey.precedes($0.name, $1.name) }
    return entries
  }

  private static func entry(
    _ name: UnsafePointer<CChar>, type: Int32, folder: Int32, shown: String, needsSize: (String) -> Bool
  ) throws(CorpusError) -> Entry? {
    let text = String(validatingCString: name)
    let bytes = UnsafeRawBufferPointer(start: name, count: strlen(name))
    let shownName = text ?? Sanitized.path(bytes: bytes)
    var kind: Kind
    switch type {
    case Int32(DT_DIR): kind = .folder
    case Int32(DT_REG): kind = .file
    case Int32(DT_LNK): kind = .link
    default: kind = .other
    }
    var byteCount = 0
    if type == Int32(DT_UNKNOWN) || (kind == .file && needsSize(shownName)) {
      var status = stat()
      guard fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
        if errno == ENOENT { return nil }
        throw .inputOutput(path: "\(shown)/\(shownName)", operation: "stat", errno: errno)
      }
      switch status.st_mode & S_IFMT {
      case S_IFDIR: kind = .folder
      case S_IFREG: kind = .file
      case S_IFLNK: kind = .link
      default: kind = .other
      }
      byteCount = Int(status.st_size)
    }
    return Entry(name: shownName, isText: text != nil, kind: kind, byteCount: byteCount)
  }
}
