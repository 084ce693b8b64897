import Files

/// How paths stand in the indexes.
package struct IndexOptions: Equatable, Sendable {
  /// The folder that the records' audio paths are below.
  package var corpusRoot: String
  /// Relative to the directory instead of absolute (`--relative-paths`).
  package var usesRelativePaths: Bool
  /// The name of the features in Lhotse's manifests, such as `kaldi-fbank`.
  package var featureType: String

  package init(corpusRoot: String, usesRelativePaths: Bool = false, featureType: String = "kaldi-fbank") {
    self.corpusRoot = corpusRoot
    self.usesRelativePaths = usesRelativePaths
    self.featureType = featureType
  }
}

/// What making the indexes did.
package struct IndexReport: Equatable, Sendable {
  /// Names below the directory, sorted; the others held the same bytes already and were left alone.
  package var written: [String] = []
  package var unchanged: [String] = []
  package var notes: [IndexNote] = []
}

/// Something about an index that its user should know.
package enum IndexNote: Equatable, Sendable {
  /// `text` was not made: this many utterances have none, and Kaldi wants all or no file.
  case textMissing(utterances: Int)
  /// `spk2gender` was not made: this many speakers have no gender.
  case genderMissing(speakers: Int)
  /// Sorting by utterance does not sort by speaker, which `validate_data_dir.sh` demands: the second speaker's
  /// utterances stand before the first's.
  case speakersOutOfOrder(first: String, second: String)
}

/// Makes paths for indexes, absolute or relative to the directory.
struct IndexPaths: Sendable {
  let directory: String
  let root: String
  let isRelative: Bool
  private let rootFromDirectory: String

  init(directory: String, options: IndexOptions) {
    self.directory = directory
    root = normalizedPath(options.corpusRoot)
    isRelative = options.usesRelativePaths
    rootFromDirectory = Self.relativePath(of: root, from: directory)
  }

  /// A file below the directory.
  func output(_ name: String) -> String { isRelative ? name : "\(directory)/\(name)" }

  /// A file below the corpus root; a path that is absolute already stays so.
  func audio(_ name: String) -> String {
    if name.hasPrefix("/") { return name }
    let base = isRelative ? rootFromDirectory : root
    if base.isEmpty { return name }
    return base == "/" ? "/\(name)" : "\(base)/\(name)"
  }

  /// How to get from one folder to another: empty when they are the same.
  static func relativePath(of path: String, from folder: String) -> String {
    let to = path.split(separator: "/")
    let from = folder.split(separator: "/")
    var common = 0
    while common < min(to.count, from.count), to[common].utf8.elementsEqual(from[common].utf8) { common += 1 }
    let up = [Substring](repeating: "..", count: from.count - common)
    return (up + to[common...]).joined(separator: "/")
  }
}
