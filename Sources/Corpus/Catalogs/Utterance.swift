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

/// An utterance of a catalog.
///
/// Paths are relative to the corpus root.
package struct Utterance: Equatable, Sendable {
  /// `SPEAKER_UTTERANCE` in upper case, unique in the corpus.
  package var key: String

  /// The speaker in upper case; the key starts with it.
  package var speaker: String

  /// The name of the utterance in upper case, such as `SX217`.
  package var name: String

  package var audioPath: String
  package var labelsPath: String?
  package var wordsPath: String?
  package var textPath: String?

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

  /// The reason why the utterance is unusable, if known without opening a file.
  package var rejection: Finding?
}

extension Utterance {
  /// An utterance of no corpus, such as a live input.
  package init(key: String, audioPath: String) {
    self.init(key: key, speaker: key, name: key, audioPath: audioPath)
  }
}
