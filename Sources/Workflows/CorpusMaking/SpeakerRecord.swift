import Archives
import Files
import Synthesis

/// The record of a speaker's folder; a speaker is complete when its files agree with it.
struct SpeakerRecord: Sendable, Equatable {
  struct File: Sendable, Equatable {
    /// Relative to the speaker's folder.
    var name: String
    var bytes: Int
    var sha256: String
  }

  struct SpokenUtterance: Sendable, Equatable {
    var name: String
    var text: String
    var sampleCount: Int
    var files: [File]
  }

  /// A sentence that an engine could make nothing of.
  struct LeftOut: Sendable, Equatable {
    var name: String
    var text: String
    var reason: String
  }

  var speaker: String
  var folder: String
  var utterances: [SpokenUtterance] = []
  var leftOut: [LeftOut] = []
  /// How often each phone was labeled.
  var phones: [String: Int] = [:]

  init(speaker: String, folder: String) {
    self.speaker = speaker
    self.folder = folder
  }
}

extension SpeakerRecord {
  var json: JSONValue {
    [
      "speaker": .string(speaker), "folder": .string(folder),
      "utterances": .array(
        utterances.map { utterance in
          [
            "name": .string(utterance.name), "text": .string(utterance.text),
            "samples": .integer(Int64(utterance.sampleCount)),
            "files": .array(
              utterance.files.map { file in
                [
                  "name": .string(file.name), "bytes": .integer(Int64(file.bytes)),
                  "sha256": .string(file.sha256),
                ]
              }),
          ]
        }),
      "left_out": .array(
        leftOut.map { ["name": .string($0.name), "text": .string($0.text), "reason": .string($0.reason)] }),
      "phones": .object(
        phones.sorted { precedesInCLocale($0.key, $1.key) }.map {
          JSONField($0.key, .integer(Int64($0.value)))
        }
      ),
    ]
  }

  /// Reads a record; nil for bytes that are none, or not as this module writes them.
  init?(_ bytes: [UInt8], path: String) {
    guard let json = try? JSONValue(checksummed: bytes, path: path),
      let speaker = json["speaker"]?.stringValue,
      let folder = json["folder"]?.stringValue
    else { return nil }
    self.init(speaker: speaker, folder: folder)
    for utterance in json["utterances"]?.arrayValue ?? [] {
      guard let name = utterance["name"]?.stringValue, let text = utterance["text"]?.stringValue,
        let samples = utterance["samples"]?.integerValue
      else { return nil }
      var files: [File] = []
      for file in utterance["files"]?.arrayValue ?? [] {
        guard let name = file["name"]?.stringValue, let bytes = file["bytes"]?.integerValue,
          let digest = file["sha256"]?.stringValue
        else { return nil }
        files.append(File(name: name, bytes: Int(bytes), sha256: digest))
      }
      utterances.append(.init(name: name, text: text, sampleCount: Int(samples), files: files))
    }
    for entry in json["left_out"]?.arrayValue ?? [] {
      guard let name = entry["name"]?.stringValue, let text = entry["text"]?.stringValue,
        let reason = entry["reason"]?.stringValue
      else { return nil }
      leftOut.append(.init(name: name, text: text, reason: reason))
    }
    for field in json["phones"]?.objectValue ?? [] {
      guard let count = field.value.integerValue else { return nil }
      phones[field.name] = Int(count)
    }
    guard self.json == json else { return nil }
  }
}
