import DataManifests
import Foundations
import Glibc

/// Labels apart from the audio: a folder of label files, such as an aligner's output, or one file of
/// several utterances, such as a CTM or an MLF.
struct Alignments: Sendable {
  /// The file of several utterances; nil for a folder.
  let archive: LabelArchive?
  private let root: String
  /// By the last one to four components of the path without extension, in upper case; nil where several files
  /// end so.
  private let fileOfPath: [String: String?]

  private static let longestPath = 4

  /// - Returns: nil if the options name no location.
  init?(_ options: LabelOptions) throws(CorpusError) {
    guard let location = options.location else { return nil }
    let corpus = try CorpusPath(location)
    let root = try CorpusRoot(corpus.folder)
    self.root = root.path
    guard corpus.isFolder else {
      archive = try LabelArchive(location, format: options.format)
      fileOfPath = [:]
      return
    }
    archive = nil
    let tree = try CorpusTree(root) { _ throws(CorpusError) in }
    var files: [String: String?] = [:]
    for (stem, path) in tree.labels(format: options.format) {
      for key in Self.keys(stem) { files[key] = files[key] == nil ? .some(path) : .some(nil) }
    }
    fileOfPath = files
  }

  /// The ends of a path without extension, longest first, in upper case.
  private static func keys(_ stem: String) -> [String] {
    let components = stem.uppercased().split(separator: "/")
    return (1...longestPath).reversed().filter { $0 <= components.count }.map {
      components.suffix($0).joined(separator: "/")
    }
  }

  /// The absolute path of a label file.
  func absolutePath(_ relative: String) -> String { root == "/" ? "/\(relative)" : "\(root)/\(relative)" }

  /// Sets the labels of an utterance: those of the same path, folder and name, name, or key.
  func assign(to utterance: inout Utterance) {
    utterance.labels = nil
    utterance.labelsPath = nil
    if let archive {
      if archive.has([utterance.key, utterance.name]) { utterance.labelsPath = archive.name }
      return
    }
    let path = utterance.audioPath
    let stem = path.lastIndex(of: ".").map { String(path[..<$0]) } ?? path
    // A part of a recording has labels of its own, or those of the recording.
    for key in [utterance.key.uppercased()] + Self.keys(stem) {
      if let file = fileOfPath[key], let file {
        utterance.labelsPath = file
        return
      }
    }
  }
}

/// A label file of several utterances, in memory, with the part of each.
struct LabelArchive: Sendable {
  /// The name of the file.
  let name: String
  private let text: [UInt8]
  private let format: any LabelFormat
  private let sections: [String: Range<Int>]

  init(_ path: String, format named: String?) throws(CorpusError) {
    let raw = try ListFile.bytes(path, maximum: 1 << 32)
    let shown = Sanitized.path(path)
    let decoded: Result<LabelText, LabelFault> = raw.withUnsafeBytes { bytes in
      do throws(LabelFault) { return .success(try LabelText(bytes)) } catch { return .failure(error) }
    }
    switch decoded {
    case .success(let decoded): text = decoded.bytes
    case .failure(let fault):
      throw .badManifest(path: shown, line: 0, field: nil, expected: fault.expected, found: fault.found)
    }
    let format = text.withUnsafeBytes { LabelFormats.format(of: path, text: $0, named: named) }
    sections = text.withUnsafeBytes { format.sections($0) }
    self.format = format
    name = String(path.split(separator: "/").last ?? path[...])
    guard !sections.isEmpty else {
      throw .badManifest(
        path: shown, line: 0, field: nil, expected: "labels of several utterances, as CTM and MLF have them",
        found: "none in the format \(format.name)")
    }
  }

  func has(_ names: [String]) -> Bool { names.contains { sections[$0.lowercased()] != nil } }

  /// The part of the utterance of some names; nothing if there is none.
  func bytes(of names: [String]) -> [UInt8] {
    names.lazy.compactMap { sections[$0.lowercased()] }.first.map { Array(text[$0]) } ?? []
  }

  /// The checked labels of the utterance of the context's names.
  func parse(
    phones: PhoneSet, context: LabelContext
  ) throws(CorpusError) -> (track: PhoneTrack, warnings: [Finding]) {
    try withSection(of: context) { (bytes) throws(CorpusError) in
      try PhoneTrack.parse(bytes, format: format, phones: phones, context: context)
    }
  }

  /// The labels of the utterance of the context's names, as they are written.
  func entries(context: LabelContext) throws(CorpusError) -> LabelEntries {
    try withSection(of: context) { (bytes) throws(CorpusError) in
      try LabelEntries(bytes, format: format, context: context) { _, _ in }
    }
  }

  private func withSection<Parsed>(
    of context: LabelContext, _ parse: (UnsafeRawBufferPointer) throws(CorpusError) -> Parsed
  ) throws(CorpusError) -> Parsed {
    let section = context.names.lazy.compactMap { sections[$0.lowercased()] }.first ?? 0..<0
    // A part of a master label file is one without its first line.
    let result: Result<Parsed, CorpusError> = text.withUnsafeBytes { bytes in
      do throws(CorpusError) {
        return .success(try parse(UnsafeRawBufferPointer(rebasing: bytes[section])))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }
}
