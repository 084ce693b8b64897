import Files

/// The paths in indexes, absolute or relative to the directory.
struct IndexPaths: Sendable {
  let directory: String
  let root: String
  let isRelative: Bool
  private let rootFromDirectory: String

  /// - Parameter corpusRoot: the folder to which the audio paths in records are relative.
  init(directory: String, corpusRoot: String, isRelative: Bool) {
    self.directory = directory
    root = normalizedPath(corpusRoot)
    self.isRelative = isRelative
    rootFromDirectory = Self.relativePath(of: root, from: directory)
  }

  /// The path of a file of the directory.
  func output(_ name: String) -> String { isRelative ? name : "\(directory)/\(name)" }

  /// The path of a file of the corpus; absolute paths are not changed.
  func audio(_ name: String) -> String {
    if name.hasPrefix("/") { return name }
    let base = isRelative ? rootFromDirectory : root
    if base.isEmpty { return name }
    return base == "/" ? "/\(name)" : "\(base)/\(name)"
  }

  /// The relative path from one folder to another; empty if they are the same.
  static func relativePath(of path: String, from folder: String) -> String {
    let to = path.split(separator: "/")
    let from = folder.split(separator: "/")
    var common = 0
    while common < min(to.count, from.count), to[common].utf8.elementsEqual(from[common].utf8) { common += 1 }
    let up = [Substring](repeating: "..", count: from.count - common)
    return (up + to[common...]).joined(separator: "/")
  }
}
