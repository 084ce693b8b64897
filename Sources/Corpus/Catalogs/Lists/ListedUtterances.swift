import Foundations
import Glibc

/// The utterances of a list that names files anywhere, with their ids as they are.
struct ListedUtterances {
  private(set) var utterances: [Utterance] = []
  private(set) var findings: [Finding] = []
  private var root: CorpusRoot
  /// The folders that relative paths are tried in before the working folder: the folder of the list, and
  /// the one above.
  private let folder: String
  private var labels: LabelNeighbors

  init(root: CorpusRoot, folder: String) {
    self.root = root
    self.folder = folder
    labels = LabelNeighbors()
  }

  func content(manifest: String?, describedBy description: CorpusRoot) -> CatalogContent {
    var content = CatalogContent(root: root, manifest: manifest, utterances: utterances, findings: findings)
    content.descriptionRoot = description
    return content
  }

  mutating func add(finding: Finding) { findings.append(finding) }

  /// Adds an utterance and looks at its audio.
  ///
  /// - Parameters:
  ///   - audio: the path as listed; nil if the utterance is rejected already.
  ///   - file: the name of the list, for findings.
  mutating func add(
    _ utterance: Utterance, audio: String?, line: Int, in file: String
  ) throws(CorpusError) {
    for (field, name) in [("id", utterance.key), ("speaker", utterance.speaker)] {
      guard let fault = UtteranceKey.fault(name) else { continue }
      findings.append(
        Finding(
          .reject, .badID, path: file, field: field, line: line, expected: "a plain name", found: fault))
      return
    }
    var utterance = utterance
    if let audio {
      let path = try locate(audio)
      utterance.audioPath = path ?? audio
      if let path, case .regular(let byteCount) = try root.look(at: path) {
        utterance.audioByteCount = byteCount
        if utterance.labelsPath == nil, utterance.labels == nil {
          utterance.labelsPath = try labels.file(beside: path, root: root)
        }
      } else {
        utterance.rejection = Finding(
          .reject, path == nil ? .pathOutside : .missingFile, path: Sanitized.path(audio), line: line,
          expected: "a regular file inside the root", found: path == nil ? "a path outside" : "nothing",
          utterance: utterance.key)
      }
    }
    utterances.append(utterance)
  }

  /// The path relative to the root of a listed one; nil if it is outside.
  private mutating func locate(_ path: String) throws(CorpusError) -> String? {
    if path.utf8.first == 0x2F { return root.relative(path) }
    var first: String?
    for base in [folder, "\(folder)/..", "."] {
      guard let resolved = CorpusRoot.resolve(base) else { continue }
      let absolute = resolved == "/" ? "/\(path)" : "\(resolved)/\(path)"
      guard let relative = root.relative(absolute) else { continue }
      if case .regular = try root.look(at: relative) { return relative }
      first = first ?? relative
    }
    return first
  }
}

/// The label files beside audio, each folder being read once.
struct LabelNeighbors {
  private var folder: String?
  /// By stem in upper case.
  private var files: [String: String] = [:]

  init() {}

  /// The label file with the name of an audio file, relative to the root; nil if there is none.
  mutating func file(beside audio: String, root: CorpusRoot) throws(CorpusError) -> String? {
    let slash = audio.lastIndex(of: "/")
    let parent = slash.map { String(audio[..<$0]) } ?? ""
    if parent != folder {
      folder = parent
      files = [:]
      var ranks: [String: Int] = [:]
      for entry in try FolderReader.read(
        root.absolute(parent), shown: Sanitized.path(parent), needsSize: { _ in false })
      where entry.kind != .folder && entry.isText {
        guard let (stem, rank) = LabelFormats.classify(entry.name) else { continue }
        if rank < ranks[stem] ?? Int.max { (files[stem], ranks[stem]) = (entry.name, rank) }
      }
    }
    let name = slash.map { audio[audio.index(after: $0)...] } ?? audio[...]
    let stem = name.lastIndex(of: ".").map { name[..<$0] } ?? name
    return files[stem.uppercased()].map { parent.isEmpty ? $0 : "\(parent)/\($0)" }
  }
}

/// Reading of whole lists.
enum ListFile {
  /// The bytes of a list, expanded if it is compressed.
  static func bytes(_ path: String, maximum: Int = 1 << 32) throws(CorpusError) -> [UInt8] {
    let shown = Sanitized.path(path)
    let bytes: [UInt8]
    do throws(CorpusError) {
      let file = try OpenFile(path, shown: shown)
      guard file.byteCount <= maximum else {
        throw .badManifest(
          path: shown, line: 0, field: nil, expected: "at most \(maximum) bytes", found: "\(file.byteCount)")
      }
      bytes = try file.head(file.byteCount, shown: shown)
    } catch {
      guard case .rejected(let finding) = error else { throw error }
      switch finding.code {
      case .missingFile: throw .noSuchPath(path: shown)
      case .permission: throw .permission(path: shown)
      default: throw .notACorpus(path: shown)
      }
    }
    guard bytes.starts(with: [0x1F, 0x8B]) else { return bytes }
    guard let expanded = Gzip.expand(bytes, maximum: maximum) else {
      throw .badManifest(
        path: shown, line: 0, field: nil, expected: "gzip of at most \(maximum) bytes",
        found: "another stream")
    }
    return expanded
  }

  /// The first object of a file of JSON lines, by which its kind is recognized; nil if it is none.
  static func firstLine(_ path: String) -> [UInt8]? {
    guard let file = try? OpenFile(path, shown: path), let head = try? file.head(1 << 16, shown: path) else {
      return nil
    }
    let text =
      head.starts(with: [0x1F, 0x8B]) ? Gzip.expand(head, maximum: 1 << 16, isPart: true) ?? [] : head
    return text.drop { $0 <= 0x20 }.first == UInt8(ascii: "{")
      ? Array(text.drop { $0 <= 0x20 }.prefix { $0 != 0x0A }) : nil
  }
}
