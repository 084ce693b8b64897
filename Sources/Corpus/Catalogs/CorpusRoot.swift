import Foundations
import Glibc

/// The folder of a corpus, with links resolved; no folder outside it is used.
struct CorpusRoot {
  /// Resolved, without a trailing slash unless it is `/`.
  let path: String

  /// For folders already resolved, whether they are inside.
  private var insideByFolder: [String: Bool] = [:]

  init(_ given: String) throws(CorpusError) {
    guard let resolved = Self.resolve(given) else {
      let code = errno
      switch code {
      case EACCES, EPERM: throw .permission(path: Sanitized.path(given))
      case ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG: throw .noSuchPath(path: Sanitized.path(given))
      default: throw .inputOutput(path: Sanitized.path(given), operation: "realpath", errno: code)
      }
    }
    path = resolved
  }

  /// The names of folders from `/` down.
  var components: [Substring] { path.split(separator: "/") }

  /// The absolute path of a path relative to the root.
  func absolute(_ relative: String) -> String {
    if relative.isEmpty { return path }
    return path == "/" ? "/\(relative)" : "\(path)/\(relative)"
  }

  /// The path relative to the root of an absolute one below it; nil if it is elsewhere.
  mutating func relative(_ absolute: String) -> String? {
    let prefix = path == "/" ? "/" : path + "/"
    if absolute.hasPrefix(prefix) { return String(absolute.dropFirst(prefix.count)) }
    guard let slash = absolute.lastIndex(of: "/"), let folder = Self.resolve(String(absolute[...slash])),
      contains(resolved: folder)
    else { return nil }
    let name = absolute[absolute.index(after: slash)...]
    return folder == path ? String(name) : "\(folder.dropFirst(prefix.count))/\(name)"
  }

  func contains(resolved: String) -> Bool {
    resolved == path || path == "/" || resolved.hasPrefix(path + "/")
  }

  static func resolve(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    guard let text = String(validatingCString: resolved) else {
      errno = ENOENT
      return nil
    }
    return text
  }

  /// The state of a file of the corpus, without opening it.
  enum FileState: Equatable {
    case regular(byteCount: Int)
    case rejected(FindingCode, found: String)
  }

  /// Checks that a relative path is a regular file, or a link to one, in a folder inside the root.
  ///
  /// - Throws: `inputOutput` if the system fails.
  mutating func look(at relative: String) throws(CorpusError) -> FileState {
    let full = absolute(relative)
    var status = stat()
    if lstat(full, &status) != 0 { return try Self.failed(errno, relative) }
    // A link to a file is followed wherever it leads; the folders on the way are the corpus's own.
    if status.st_mode & S_IFMT == S_IFLNK, stat(full, &status) != 0 {
      return try Self.failed(errno, relative)
    }
    let folder = relative.utf8.lastIndex(of: 0x2F).map { String(relative[..<$0]) } ?? ""
    let isInside: Bool
    if let known = insideByFolder[folder] {
      isInside = known
    } else {
      isInside = Self.resolve(absolute(folder)).map { contains(resolved: $0) } ?? false
      insideByFolder[folder] = isInside
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      return .rejected(.notAFile, found: OpenFile.kind(status.st_mode))
    }
    guard isInside else { return .rejected(.pathOutside, found: "a path outside the corpus") }
    return .regular(byteCount: Int(status.st_size))
  }

  private static func failed(_ code: Int32, _ relative: String) throws(CorpusError) -> FileState {
    switch code {
    case ENOENT, ENOTDIR: return .rejected(.missingFile, found: "nothing")
    case ELOOP: return .rejected(.notAFile, found: "a loop of links")
    case EACCES, EPERM: return .rejected(.permission, found: "no permission")
    case ENAMETOOLONG: return .rejected(.badID, found: "a name too long")
    default: throw .inputOutput(path: Sanitized.path(relative), operation: "stat", errno: code)
    }
  }
}
