/// A segment as an engine tells it: a phone by TIMIT's name, stops whole, silence as `sil`.
package struct SpokenSegment: Equatable, Sendable {
  package var phone: String
  /// The first sample, and the one after the last.
  package var start: Int
  package var end: Int
  /// The place of its word; nil for silence.
  package var word: Int?
  /// Whether its syllable has lexical stress.
  package var isStressed: Bool

  static let silence = "sil"

  var isSilence: Bool { phone == Self.silence }
}

/// What an engine makes of a sentence.
package struct SpokenUtterance: Equatable, Sendable {
  package var samples: [Int16]
  package var sampleRateHertz: Int
  /// Contiguous and in order.
  package var segments: [SpokenSegment]
  package var words: [String]
}

/// A speaker's sentences on their way through an engine.
///
/// Used by one thread. An engine run as a program speaks all of them when the session is made.
package protocol SpeakingSession: AnyObject {
  /// Speaks the sentence at a place of the list.
  ///
  /// Throws `unspeakable` for what costs this sentence alone, and what ends the run.
  func speak(_ place: Int) throws(SynthesisError) -> SpokenUtterance
}
