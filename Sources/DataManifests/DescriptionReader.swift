import Foundation

extension CorpusDescription {
  /// Reads a description and its speaker lists, so that every split has `folder` or `speakers`.
  ///
  /// Speaker names are converted to upper case. A `speakersFile` must be in the folder of `path` or below.
  ///
  /// - Throws: `unreadable` or `malformed`.
  package init(contentsOf path: String) throws(DataManifestError) {
    let bytes = try DataManifests.read(path)
    var description: CorpusDescription
    do {
      description = try JSONDecoder().decode(CorpusDescription.self, from: Data(bytes))
    } catch let error as DecodingError {
      let (field, expected) = Self.explain(error)
      throw .malformed(path: path, field: field, expected: expected, found: "another value")
    } catch {
      throw .malformed(path: path, field: "", expected: "JSON", found: "something else")
    }
    if let former = try? JSONDecoder().decode(FormerFields.self, from: Data(bytes)),
      let split = former.recognisedBySpeakersOf
    {
      throw .malformed(
        path: path, field: "recognisedBySpeakersOf", expected: "recognizedBySpeakersOf, as in this version",
        found: "the name of an earlier version, for \(split)")
    }
    guard description.schema == 1 else {
      throw .malformed(path: path, field: "schema", expected: "1", found: "\(description.schema)")
    }
    var names: Set<String> = []
    for index in (description.splits ?? []).indices {
      guard var split = description.splits?[index] else { continue }
      let field = "splits[\(index)]"
      guard names.insert(split.name).inserted, !split.name.isEmpty else {
        throw .malformed(path: path, field: field, expected: "a name of its own", found: split.name)
      }
      let sources = [split.folder != nil, split.speakers != nil, split.speakersFile != nil].count { $0 }
      guard sources == 1 else {
        throw .malformed(
          path: path, field: field, expected: "one of folder, speakers, speakersFile", found: "\(sources)")
      }
      if let file = split.speakersFile {
        let parts = file.split(separator: "/", omittingEmptySubsequences: false)
        guard !parts.contains(".."), !file.hasPrefix("/"), !file.utf8.contains(0) else {
          throw .malformed(path: path, field: field, expected: "a path inside this folder", found: file)
        }
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        let parent = folder.joined(separator: "/")
        split.speakers = try Self.speakers(contentsOf: folder.isEmpty ? file : "\(parent)/\(file)")
        split.speakersFile = nil
      }
      split.speakers = split.speakers.map { $0.map { $0.uppercased() } }
      description.splits?[index] = split
    }
    if let recognizing = description.recognizedBySpeakersOf {
      guard description.splits?.contains(where: { $0.name == recognizing && $0.speakers != nil }) == true
      else {
        throw .malformed(
          path: path, field: "recognizedBySpeakersOf", expected: "a split that lists speakers",
          found: recognizing)
      }
    }
    self = description
  }

  /// Fields of earlier versions, which would otherwise be ignored and TIMIT be taken for another corpus.
  private struct FormerFields: Decodable {
    var recognisedBySpeakersOf: String?
  }

  private static func speakers(contentsOf path: String) throws(DataManifestError) -> [String] {
    let bytes = try DataManifests.read(path)
    var speakers: [String] = []
    for line in bytes.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
      if line.first == UInt8(ascii: "#") { continue }
      let trimmed = line.filter { $0 != 0x20 && $0 != 0x09 }
      if !trimmed.isEmpty { speakers.append(String(decoding: trimmed, as: UTF8.self)) }
    }
    guard !speakers.isEmpty, Set(speakers).count == speakers.count else {
      throw .malformed(
        path: path, field: "", expected: "one speaker a line, each once", found: "\(speakers.count)")
    }
    return speakers
  }

  private static func explain(_ error: DecodingError) -> (field: String, expected: String) {
    func path(_ context: DecodingError.Context) -> String {
      context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
    }
    switch error {
    case .keyNotFound(let key, let context):
      return (path(context), "the key \(key.stringValue)")
    case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
      return (path(context), "\(type)")
    case .dataCorrupted(let context):
      return (path(context), "JSON")
    @unknown default:
      return ("", "JSON")
    }
  }
}
