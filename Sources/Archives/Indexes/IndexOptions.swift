import Files

/// The options of indexes.
package struct IndexOptions: Equatable, Sendable {
  /// The folder to which the audio paths in records are relative.
  package var corpusRoot: String
  /// Whether paths are relative to the directory instead of absolute.
  package var usesRelativePaths: Bool
  /// The name of the features in Lhotse's manifests, such as `kaldi-fbank`.
  package var featureType: String

  package init(corpusRoot: String, usesRelativePaths: Bool = false, featureType: String = "kaldi-fbank") {
    self.corpusRoot = corpusRoot
    self.usesRelativePaths = usesRelativePaths
    self.featureType = featureType
  }
}

/// The result of writing the indexes.
package struct IndexReport: Equatable, Sendable {
  /// The sorted names of written indexes; the others already had the same bytes.
  package var written: [String] = []
  package var unchanged: [String] = []
  package var notes: [IndexNote] = []
}

/// A note to the user on an index.
package enum IndexNote: Equatable, Sendable {
  /// `text` was omitted, since some utterances have none and Kaldi requires it for all or none.
  case textMissing(utterances: Int)
  /// `spk2gender` was omitted, since some speakers have no gender.
  case genderMissing(speakers: Int)
  /// The order by utterance is not an order by speaker, which `validate_data_dir.sh` requires: utterances of
  /// the second speaker precede those of the first.
  case speakersOutOfOrder(first: String, second: String)
}

/// The paths in indexes, absolute or relative to the directory.
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
