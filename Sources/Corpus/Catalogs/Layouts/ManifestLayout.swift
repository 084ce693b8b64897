import Foundations
import Glibc

/// A manifest of this program: a file of JSON lines.
struct ManifestLayout: CorpusLayout {
  let name = "manifest"
  let summary = "a manifest: JSON lines with id and audio"

  func recognizes(_ corpus: CorpusPath) -> Bool { !corpus.isFolder && corpus.given.hasSuffix(".jsonl") }

  func catalog(_ corpus: CorpusPath, _ request: CatalogRequest) throws(CorpusError) -> CatalogContent {
    let root = try CorpusRoot(request.root ?? corpus.folder)
    let catalog = try ManifestCatalog(manifest: corpus.given, root: root, visit: request.visit)
    return CatalogContent(
      root: root, manifest: corpus.given, utterances: catalog.utterances, findings: catalog.findings)
  }
}

/// The catalog of a `.jsonl` manifest: one JSON object per line, with paths relative to the root and inside
/// it.
private struct ManifestCatalog {
  private(set) var utterances: [Utterance] = []
  private(set) var findings: [Finding] = []
  private var root: CorpusRoot
  private let rootFolders: [Substring]

  /// The given path of the manifest, for errors; findings have its name, so that they do not depend on its
  /// folder.
  private let shown: String
  private let fileName: String

  init(
    manifest path: String, root: CorpusRoot, visit: (_ utterances: Int) throws(CorpusError) -> Void
  ) throws(CorpusError) {
    self.root = root
    rootFolders = root.components
    shown = Sanitized.path(path)
    fileName = Sanitized.path(
      String(path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...]))
    let bytes = try ListFile.bytes(path)
    var failure: CorpusError?
    bytes.withUnsafeBytes { buffer in
      do throws(CorpusError) { try parse(buffer, visit) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  private mutating func parse(
    _ bytes: UnsafeRawBufferPointer, _ visit: (_ utterances: Int) throws(CorpusError) -> Void
  ) throws(CorpusError) {
    var position = 0
    if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF {
      position = 3
      findings.append(Finding(.warning, .bom, path: fileName))
    }
    var number = 0
    var unknown: Set<String> = []
    while position < bytes.count {
      if number.isMultiple(of: 64) { try visit(utterances.count) }
      number += 1
      let start = position
      while position < bytes.count, bytes[position] != 0x0A { position += 1 }
      let line = UnsafeRawBufferPointer(rebasing: bytes[start..<position])
      position += 1
      if line.allSatisfy(TextLines.isBlank) { continue }
      let parsed: ManifestLine
      do throws(ManifestLine.Fault) { parsed = try ManifestLine(line) } catch {
        throw .badManifest(
          path: shown, line: number, field: error.field, expected: error.expected, found: error.found)
      }
      for name in parsed.unknown where unknown.insert(name).inserted {
        findings.append(
          Finding(
            .warning, .badManifest, path: fileName, field: Sanitized.token(name), line: number,
            expected: "a field of the schema", found: "an unknown field, not used"))
      }
      if let channel = parsed.channel, channel < 1 {
        throw .badManifest(
          path: shown, line: number, field: "channel", expected: "1 or more", found: "\(channel)")
      }
      try add(parsed, line: number)
    }
  }

  private mutating func add(_ line: ManifestLine, line number: Int) throws(CorpusError) {
    let id = line.texts["id"] ?? ""
    let speaker = line.texts["speaker"]
    for (field, name) in [("id", id), ("speaker", speaker ?? "-")] {
      guard let fault = UtteranceKey.fault(name) else { continue }
      findings.append(
        Finding(
          .reject, .badID, path: fileName, field: field, line: number, expected: "a plain name", found: fault)
      )
      return
    }
    let identity = Self.identity(id: UtteranceKey.upper(id), speaker: speaker.map { UtteranceKey.upper($0) })
    guard identity.key.utf8.count <= UtteranceKey.longest else {
      findings.append(
        Finding(
          .reject, .badID, path: fileName, field: "id", line: number,
          expected: "at most \(UtteranceKey.longest) bytes", found: "\(identity.key.utf8.count)"))
      return
    }
    var utterance = Utterance(
      key: identity.key, speaker: identity.speaker, name: identity.name, audioPath: line.texts["audio"] ?? "")
    utterance.labelsPath = line.texts["labels"]
    utterance.wordsPath = line.texts["words"]
    if let text = line.texts["text"] {
      if try isPath(text) { utterance.textPath = text } else { utterance.sentence = text }
    }
    utterance.segment = line.segment
    utterance.split = line.texts["split"]
    utterance.voice = line.texts["voice"]
    utterance.channel = line.channel
    utterance.sex = UtteranceKey.sex(ofSpeaker: identity.speaker)
    let folders = relative(utterance.audioPath).split(separator: "/").dropLast()
    let attributes = FolderAttributes(folders: Array(folders), root: rootFolders)
    utterance.part = attributes.part
    utterance.dialectRegion = attributes.dialectRegion
    utterance.audioByteCount = try look(at: utterance.audioPath, field: "audio", line: number, in: &utterance)
    utterance.audioPath = relative(utterance.audioPath)
    for (field, path) in [
      ("labels", \Utterance.labelsPath), ("words", \.wordsPath), ("text", \.textPath),
    ] {
      guard let given = utterance[keyPath: path] else { continue }
      _ = try look(at: given, field: field, line: number, in: &utterance)
      utterance[keyPath: path] = relative(given)
    }
    utterances.append(utterance)
  }

  /// The key, speaker and name of a line.
  ///
  /// An id that starts with the speaker is the key; otherwise the speaker is prepended. Without a speaker, it
  /// is the part of the id before the first `_`, or the whole id.
  static func identity(id: String, speaker: String?) -> (key: String, speaker: String, name: String) {
    if let speaker {
      if id.hasPrefix(speaker + "_"), id.utf8.count > speaker.utf8.count + 1 {
        return (id, speaker, String(id.utf8.dropFirst(speaker.utf8.count + 1)) ?? id)
      }
      return ("\(speaker)_\(id)", speaker, id)
    }
    if let mark = id.firstIndex(of: "_"), mark > id.startIndex, id.index(after: mark) < id.endIndex {
      return (id, String(id[..<mark]), String(id[id.index(after: mark)...]))
    }
    return (id, id, id)
  }

  /// Whether a text is the path of a file with the sentence, and not the sentence.
  private mutating func isPath(_ text: String) throws(CorpusError) -> Bool {
    if UtteranceKey.upper(text).hasSuffix(".TXT") { return true }
    guard !text.isEmpty, text.utf8.count < 4096, !Self.climbs(text), text.utf8.first != 0x2F else {
      return false
    }
    if case .regular = try root.look(at: text) { return true }
    return false
  }

  /// An absolute path below the root relative to it; any other path as it is.
  private mutating func relative(_ path: String) -> String {
    path.utf8.first == 0x2F && !Self.climbs(path) ? root.relative(path) ?? path : path
  }

  /// Whether a component of the path is `..`.
  private static func climbs(_ path: String) -> Bool {
    path.utf8.split(separator: 0x2F).contains { $0.elementsEqual("..".utf8) }
  }

  private mutating func look(
    at path: String, field: String, line: Int, in utterance: inout Utterance
  ) throws(CorpusError) -> Int {
    let state: CorpusRoot.FileState
    let path = relative(path)
    if path.isEmpty || path.utf8.first == 0x2F || Self.climbs(path) {
      state = .rejected(.pathOutside, found: Sanitized.token(path))
    } else {
      state = try root.look(at: path)
    }
    switch state {
    case .regular(let byteCount):
      return byteCount
    case .rejected(let code, let found):
      if utterance.rejection == nil {
        utterance.rejection = Finding(
          .reject, code, path: Sanitized.path(path), field: field, line: line,
          expected: "a regular file inside the root", found: found, utterance: utterance.key)
      }
      return 0
    }
  }
}
