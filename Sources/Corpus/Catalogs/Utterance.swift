/// The part of a corpus in a folder TRAIN or TEST.
package enum CorpusPart: String, Codable, Sendable {
  case train
  case test
}

/// The sex of a speaker, as encoded in TIMIT's names.
package enum Sex: String, Codable, Sendable {
  case female = "F"
  case male = "M"
}

/// A part of a recording.
package struct Segment: Equatable, Sendable {
  package var start: LabelTime
  /// Exclusive; nil is the end of the recording.
  package var end: LabelTime?

  package init(start: LabelTime, end: LabelTime? = nil) {
    self.start = start
    self.end = end
  }
}

/// An utterance of a catalog.
///
/// Paths are relative to the corpus root.
package struct Utterance: Equatable, Sendable {
  /// `SPEAKER_UTTERANCE` in upper case, or the id of a list as it is; unique in the corpus.
  package var key: String

  /// The speaker in upper case; the key starts with it.
  package var speaker: String

  /// The name of the utterance in upper case, such as `SX217`.
  package var name: String

  package var audioPath: String
  package var labelsPath: String?
  package var wordsPath: String?
  package var textPath: String?

  /// The sentence, if the list of utterances holds it.
  package var sentence: String?

  /// The labels, if the list of utterances holds them, in the time of the audio.
  package var labels: [LabelEntry]?

  /// The part of the audio that is the utterance; nil for all of it.
  package var segment: Segment?

  /// The size of the audio file; 0 if it cannot be used.
  package var audioByteCount = 0

  /// The channel to use, counted from 1.
  package var channel: Int?

  /// The recorded or synthetic voice, which several speakers may share.
  package var voice: String?

  /// The split named in the manifest.
  package var split: String?
  package var part: CorpusPart?

  /// 1 to 8, from a folder DRn.
  package var dialectRegion: Int?
  package var sex: Sex?

  /// Whether there are labels of phones, not yet checked.
  package var hasLabels: Bool { labelsPath != nil || labels != nil }

  /// The reason why the utterance is unusable, if known without opening a file.
  package var rejection: Finding?
}

extension Utterance {
  /// An utterance of no corpus, such as a live input.
  package init(key: String, audioPath: String) {
    self.init(key: key, speaker: key, name: key, audioPath: audioPath)
  }
}

extension Utterance {
  /// An utterance of a list whose ids are kept; its name is the id without the speaker before it.
  init(id: String, speaker: String, audioPath: String) {
    var name = id
    if id.utf8.count > speaker.utf8.count, id.hasPrefix(speaker) {
      let rest = id.utf8.dropFirst(speaker.utf8.count).drop {
        $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
      }
      if !rest.isEmpty { name = String(rest) ?? id }
    }
    self.init(key: id, speaker: speaker, name: name, audioPath: audioPath)
  }
}
