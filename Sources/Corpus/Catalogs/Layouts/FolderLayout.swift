import Foundations

/// Folders of speakers, with labels beside the audio, TIMIT's among them.
struct FolderLayout: CorpusLayout {
  let name = "folders"
  let summary = "folders of speakers, with labels beside the audio, as TIMIT has them"

  func recognizes(_ corpus: CorpusPath) -> Bool { corpus.isFolder }

  func catalog(_ corpus: CorpusPath, _ request: CatalogRequest) throws(CorpusError) -> CatalogContent {
    let root = try CorpusRoot(corpus.given)
    let catalog = try FolderCatalog(root, labelFormat: request.labels.format, visit: request.visit)
    return CatalogContent(
      root: root, manifest: nil, utterances: catalog.utterances, findings: catalog.findings)
  }
}

/// The catalog of a folder tree of audio, in TIMIT's layout or a similar one.
///
/// The speaker is the folder that contains the file. Only folders are opened. Links to folders are not
/// followed, and names that start with a dot are ignored.
private struct FolderCatalog {
  private(set) var utterances: [Utterance] = []
  private(set) var findings: [Finding] = []
  private var root: CorpusRoot
  private let rootFolders: [Substring]
  private let labelFormat: String?
  private let visit: (_ utterances: Int) throws(CorpusError) -> Void
  private var recodedCopies = 0
  private var firstRecodedCopy: String?

  /// The maximum depth of folders, which protects the stack from malicious trees.
  private static let maximumDepth = 64

  init(
    _ root: CorpusRoot, labelFormat: String?, visit: @escaping (_ utterances: Int) throws(CorpusError) -> Void
  ) throws(CorpusError) {
    self.root = root
    self.labelFormat = labelFormat
    self.visit = visit
    rootFolders = root.components
    try enter("", folders: [])
    if recodedCopies > 0 {
      findings.append(
        Finding(
          .warning, .recodedCopy, path: firstRecodedCopy ?? "",
          found: "\(recodedCopies) beside audio of the same name"))
    }
  }

  /// The content of a file according to the extension of its name.
  enum Content {
    case audio
    /// Labels of the format of a rank in the registry.
    case labels(rank: Int)
    case words
    case text
    /// Audio in an unsupported format.
    case foreignAudio

    var isAudio: Bool { if case .audio = self { true } else { false } }
  }

  /// The stem of a name in upper case and the content; nil for other files.
  static func classify(
    _ name: String, labelFormat: String?
  ) -> (stem: String, content: Content, isRecoded: Bool)? {
    guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")) else { return nil }
    let content: Content
    let ending = UtteranceKey.upper(name[name.utf8.index(after: dot)...])
    if let labelFormat, let rank = LabelFormats.rank(ofExtension: ending, format: labelFormat) {
      return (UtteranceKey.upper(name[..<dot]), .labels(rank: rank), false)
    }
    switch ending {
    case _ where AudioNames.extensions.contains(ending): content = .audio
    case "WRD": content = .words
    case "TXT": content = .text
    case _ where AudioNames.foreignExtensions.contains(ending): content = .foreignAudio
    default:
      guard labelFormat == nil, let rank = LabelFormats.rank(ofExtension: ending) else { return nil }
      content = .labels(rank: rank)
    }
    let stem = UtteranceKey.upper(name[..<dot])
    if content.isAudio, stem.hasSuffix(".WAV") { return (String(stem.dropLast(4)), content, true) }
    return (stem, content, false)
  }

  /// The files of one stem in one folder, as indices of entries.
  private struct Group {
    var audio: [Int] = []
    var recoded: [Int] = []
    /// The labels in the format that comes first in the registry.
    var labels: [Int] = []
    var labelRank = Int.max
    var words: [Int] = []
    var text: [Int] = []
    var foreign: [Int] = []

    mutating func add(labels index: Int, rank: Int) {
      if rank < labelRank { (labels, labelRank) = ([], rank) }
      if rank == labelRank { labels.append(index) }
    }
  }

  private mutating func enter(_ folder: String, folders: [Substring]) throws(CorpusError) {
    try visit(utterances.count)
    let shown = folder.isEmpty ? Sanitized.path(root.path) : Sanitized.path(folder)
    guard folders.count <= Self.maximumDepth else {
      findings.append(
        Finding(
          .reject, .notAFile, path: shown,
          expected: "at most \(Self.maximumDepth) folders"
            + " deep", found: "more"))
      return
    }
    let entries = try FolderReader.read(root.absolute(folder), shown: shown) {
      Self.classify($0, labelFormat: nil)?.content.isAudio ?? false
    }
    var stems: [String] = []
    var groups: [String: Group] = [:]
    var subfolders: [String] = []
    for (index, entry) in entries.enumerated() {
      let path = Self.join(folder, entry.name)
      let kind = Self.classify(entry.name, labelFormat: labelFormat)
      if entry.kind == .folder {
        noteFolder(entry, path: path, looksLikeAudio: kind?.content.isAudio ?? false)
        if entry.isText { subfolders.append(entry.name) }
        continue
      }
      if entry.kind == .link, try isLinkToFolder(path) { continue }
      guard let kind else { continue }
      guard entry.isText else {
        if kind.content.isAudio {
          findings.append(
            Finding(.reject, .badID, path: path, expected: "a name in UTF-8", found: "other bytes"))
        }
        continue
      }
      if groups[kind.stem] == nil { stems.append(kind.stem) }
      switch kind.content {
      case .audio where kind.isRecoded: groups[kind.stem, default: Group()].recoded.append(index)
      case .audio: groups[kind.stem, default: Group()].audio.append(index)
      case .labels(let rank): groups[kind.stem, default: Group()].add(labels: index, rank: rank)
      case .words: groups[kind.stem, default: Group()].words.append(index)
      case .text: groups[kind.stem, default: Group()].text.append(index)
      case .foreignAudio: groups[kind.stem, default: Group()].foreign.append(index)
      }
    }
    if !groups.isEmpty {
      let attributes = FolderAttributes(folders: folders, root: rootFolders)
      let speaker = UtteranceKey.upper(folders.last ?? rootFolders.last ?? "")
      for stem in stems {
        guard let group = groups[stem] else { continue }
        if utterances.count.isMultiple(of: 256) { try visit(utterances.count) }
        try add(stem, group, entries: entries, folder: folder, speaker: speaker, attributes: attributes)
      }
    }
    for name in subfolders {
      try enter(Self.join(folder, name), folders: folders + [Substring(name)])
    }
  }

  private mutating func noteFolder(_ entry: FolderReader.Entry, path: String, looksLikeAudio: Bool) {
    if !entry.isText {
      findings.append(Finding(.reject, .badID, path: path, expected: "a name in UTF-8", found: "other bytes"))
    } else if looksLikeAudio {
      findings.append(
        Finding(
          .warning, .notAFile, path: Sanitized.path(path), expected: "a regular file", found: "a folder"))
    }
  }

  /// Whether a link leads to a folder, which is reported and not followed.
  private mutating func isLinkToFolder(_ path: String) throws(CorpusError) -> Bool {
    guard case .rejected(.notAFile, "a folder") = try root.look(at: path) else { return false }
    let isInside = CorpusRoot.resolve(root.absolute(path)).map { root.contains(resolved: $0) } ?? false
    findings.append(
      Finding(
        isInside ? .warning : .reject, isInside ? .notAFile : .pathOutside, path: Sanitized.path(path),
        expected: "a folder", found: "a link to a folder, not followed"))
    return true
  }

  private mutating func add(
    _ stem: String, _ group: Group, entries: [FolderReader.Entry], folder: String, speaker: String,
    attributes: FolderAttributes
  ) throws(CorpusError) {
    var audio = group.audio
    if audio.isEmpty {
      audio = group.recoded
    } else if let copy = group.recoded.first {
      recodedCopies += group.recoded.count
      firstRecodedCopy = firstRecodedCopy ?? Sanitized.path(Self.join(folder, entries[copy].name))
    }
    // Copies in another container or with the extension in another case; names that differ are other
    // utterances.
    if let first = audio.first {
      let copies = audio.dropFirst().filter { Self.stem(entries[$0].name) == Self.stem(entries[first].name) }
      if let copy = copies.first {
        recodedCopies += copies.count
        firstRecodedCopy = firstRecodedCopy ?? Sanitized.path(Self.join(folder, entries[copy].name))
        audio.removeAll { copies.contains($0) }
      }
    }
    guard !audio.isEmpty else {
      for index in group.foreign {
        findings.append(
          Finding(
            .reject, .unknownFormat, path: Sanitized.path(Self.join(folder, entries[index].name)),
            expected: "a format that can be read", found: "another"))
      }
      if group.foreign.isEmpty, let first = group.labels.first {
        findings.append(
          Finding(
            .warning, .missingFile, path: Sanitized.path(Self.join(folder, entries[first].name)),
            expected: "audio beside the labels", found: "none"))
      }
      return
    }
    let key = "\(speaker)_\(stem)"
    if let fault = UtteranceKey.fault(key) {
      for index in audio {
        findings.append(
          Finding(
            .reject, .badID, path: Sanitized.path(Self.join(folder, entries[index].name)),
            expected: "a plain name", found: fault))
      }
      return
    }
    for index in audio {
      let path = Self.join(folder, entries[index].name)
      var utterance = Utterance(key: key, speaker: speaker, name: stem, audioPath: path)
      utterance.part = attributes.part
      utterance.dialectRegion = attributes.dialectRegion
      utterance.sex = UtteranceKey.sex(ofSpeaker: speaker)
      utterance.audioByteCount = try use(entries[index], path: path, in: &utterance)
      for (indices, field) in [
        (group.labels, \Utterance.labelsPath), (group.words, \Utterance.wordsPath),
        (group.text, \Utterance.textPath),
      ] {
        guard let first = indices.first else { continue }
        let path = Self.join(folder, entries[first].name)
        utterance[keyPath: field] = path
        if indices.count > 1, utterance.rejection == nil {
          utterance.rejection = Finding(
            .reject, .duplicateID, path: Sanitized.path(path), expected: "one file",
            found: Sanitized.path(entries[indices[1]].name), utterance: key)
        }
        _ = try use(entries[first], path: path, in: &utterance)
      }
      utterances.append(utterance)
    }
  }

  /// The size of a file of an utterance; files other than regular ones are checked first.
  private mutating func use(
    _ entry: FolderReader.Entry, path: String, in utterance: inout Utterance
  ) throws(CorpusError) -> Int {
    if entry.kind == .file { return entry.byteCount }
    switch try root.look(at: path) {
    case .regular(let byteCount):
      return byteCount
    case .rejected(let code, let found):
      if utterance.rejection == nil {
        utterance.rejection = Finding(
          .reject, code, path: Sanitized.path(path), expected: "a regular file in the corpus", found: found,
          utterance: utterance.key)
      }
      return 0
    }
  }

  private static func stem(_ name: String) -> Substring {
    name[..<(name.lastIndex(of: ".") ?? name.endIndex)]
  }

  private static func join(_ folder: String, _ name: String) -> String {
    folder.isEmpty ? name : "\(folder)/\(name)"
  }
}
