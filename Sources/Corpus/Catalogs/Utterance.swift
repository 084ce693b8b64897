/// The part of a corpus that a folder TRAIN or TEST stands for.
package enum CorpusPart: String, Codable, Sendable {
  case train
  case test
}

/// A speaker's sex as TIMIT's names tell it.
package enum Sex: String, Codable, Sendable {
  case female = "F"
  case male = "M"
}

/// One utterance of a catalogue.
///
/// Paths are relative to the corpus root.
package struct Utterance: Equatable, Sendable {
  /// `SPEAKER_UTTERANCE` in upper case, unlike any other of the corpus.
  package var key: String

  /// The speaker in upper case; the key starts with it.
  package var speaker: String

  /// The utterance's own name in upper case, such as `SX217`.
  package var name: String

  package var audioPath: String
  package var labelsPath: String?
  package var wordsPath: String?
  package var textPath: String?

  /// The size of the audio file; 0 if it cannot be used.
  package var audioByteCount = 0

  /// The channel to take, from 1.
  package var channel: Int?

  /// The recorded or synthetic voice behind several speakers.
  package var voice: String?

  /// The split as the manifest names it.
  package var split: String?
  package var part: CorpusPart?

  /// 1 to 8, from a folder DRn.
  package var dialectRegion: Int?
  package var sex: Sex?

  /// Why the utterance cannot be used, where that shows without opening a file.
  package var rejection: Finding?
}
