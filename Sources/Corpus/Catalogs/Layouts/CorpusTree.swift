import Foundations

/// The files below a folder, in byte order of their paths; links to folders are not followed.
struct CorpusTree {
  struct File {
    /// The folders from the root down.
    var folders: [String]
    var name: String
    /// The name without its extension.
    var stem: String
    /// The extension in upper case, without the dot.
    var ending: String

    /// Relative to the root.
    var path: String { (folders + [name]).joined(separator: "/") }
  }

  private(set) var files: [File] = []

  private static let maximumDepth = 64

  init(_ root: CorpusRoot, visit: (_ utterances: Int) throws(CorpusError) -> Void) throws(CorpusError) {
    try enter([], root, visit)
  }

  private mutating func enter(
    _ folders: [String], _ root: CorpusRoot, _ visit: (_ utterances: Int) throws(CorpusError) -> Void
  ) throws(CorpusError) {
    guard folders.count <= Self.maximumDepth else { return }
    try visit(files.count)
    let folder = folders.joined(separator: "/")
    let entries = try FolderReader.read(
      root.absolute(folder), shown: Sanitized.path(folder), needsSize: { _ in false })
    for entry in entries where entry.isText {
      if entry.kind == .folder {
        try enter(folders + [entry.name], root, visit)
        continue
      }
      let dot = entry.name.lastIndex(of: ".") ?? entry.name.endIndex
      files.append(
        File(
          folders: folders, name: entry.name, stem: String(entry.name[..<dot]),
          ending: entry.name[dot...].dropFirst().uppercased()))
    }
  }

  /// The files that are audio by their extension.
  var audio: [File] { files.filter { AudioNames.extensions.contains($0.ending) } }

  /// Files with labels, by their path without the extension; of several formats the first in the registry.
  func labels(format: String?) -> [String: String] {
    var found: [String: (path: String, rank: Int)] = [:]
    for file in files {
      guard let rank = LabelFormats.rank(ofExtension: file.ending, format: format) else { continue }
      let key = (file.folders + [file.stem]).joined(separator: "/")
      if rank < found[key]?.rank ?? Int.max { found[key] = (file.path, rank) }
    }
    return found.mapValues(\.path)
  }
}

/// A layout of folders in which the path of a recording identifies its utterance.
protocol TreeLayout: CorpusLayout {
  /// The utterance of a recording: id, speaker, split; nil for files that are no utterances.
  func utterance(of file: CorpusTree.File, root: String) -> Utterance?

  /// Where the labels of a recording may be, as paths without extension, in order.
  func labelStems(of file: CorpusTree.File) -> [String]

  /// The sentences of the corpus by id; opens lists of sentences only.
  func sentences(_ tree: CorpusTree, _ root: CorpusRoot) throws(CorpusError) -> [String: String]

  /// The file with the sentence of a recording; nil if it is in a list or there is none.
  func sentenceFile(of file: CorpusTree.File) -> String?
}

extension TreeLayout {
  func labelStems(of file: CorpusTree.File) -> [String] {
    [(file.folders + [file.stem]).joined(separator: "/")]
  }

  func sentences(_ tree: CorpusTree, _ root: CorpusRoot) throws(CorpusError) -> [String: String] { [:] }

  func sentenceFile(of file: CorpusTree.File) -> String? { nil }

  func catalog(_ corpus: CorpusPath, _ request: CatalogRequest) throws(CorpusError) -> CatalogContent {
    var root = try CorpusRoot(corpus.given)
    let tree = try CorpusTree(root, visit: request.visit)
    let labels = tree.labels(format: request.labels.format)
    let sentences = try sentences(tree, root)
    let paths = Set(tree.files.map(\.path))
    var utterances: [Utterance] = []
    var findings: [Finding] = []
    var stems: Set<String> = []
    var copies: [String] = []
    for file in tree.audio {
      guard var utterance = utterance(of: file, root: root.path) else { continue }
      // The same recording in another container.
      guard stems.insert((file.folders + [file.stem]).joined(separator: "/")).inserted else {
        copies.append(Sanitized.path(file.path))
        continue
      }
      if utterances.count.isMultiple(of: 256) { try request.visit(utterances.count) }
      if let fault = UtteranceKey.fault(utterance.key) ?? UtteranceKey.fault(utterance.speaker) {
        findings.append(
          Finding(
            .reject, .badID, path: Sanitized.path(file.path), expected: "a plain name", found: fault))
        continue
      }
      utterance.audioPath = file.path
      utterance.labelsPath = labelStems(of: file).lazy.compactMap { labels[$0] }.first
      utterance.sentence = sentences[utterance.key]
      if utterance.sentence == nil, let path = sentenceFile(of: file), paths.contains(path) {
        utterance.textPath = path
      }
      switch try root.look(at: file.path) {
      case .regular(let byteCount): utterance.audioByteCount = byteCount
      case .rejected(let code, let found):
        utterance.rejection = Finding(
          .reject, code, path: Sanitized.path(file.path), expected: "a regular file in the corpus",
          found: found,
          utterance: utterance.key)
      }
      utterances.append(utterance)
    }
    if let first = copies.first {
      findings.append(
        Finding(.warning, .recodedCopy, path: first, found: "\(copies.count) beside audio of the same name"))
    }
    return CatalogContent(root: root, manifest: nil, utterances: utterances, findings: findings)
  }
}

/// Names of audio files.
enum AudioNames {
  /// Extensions of formats that can be read, in upper case.
  static let extensions: Set<String> = [
    "AIF", "AIFC", "AIFF", "CAF", "FLAC", "MP3", "NIST", "OGG", "OPUS", "RF64", "SPH", "W64", "WAV", "WAVE",
  ]

  /// Extensions of formats that cannot be read, in upper case.
  static let foreignExtensions: Set<String> = ["AAC", "AMR", "AU", "M4A", "SHN", "WMA", "WV"]
}
