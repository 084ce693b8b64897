/// A segment reported by an engine: a TIMIT phone (stops undivided) or `sil`, samples [start, end).
package struct SpokenSegment: Equatable, Sendable {
  package var phone: String
  package var start: Int
  package var end: Int
  /// The index of its word; nil for silence.
  package var word: Int?
  /// Whether its syllable has lexical stress.
  package var isStressed: Bool

  static let silence = "sil"

  var isSilence: Bool { phone == Self.silence }
}

/// A sentence spoken by an engine.
package struct SpokenUtterance: Equatable, Sendable {
  package var samples: [Int16]
  package var sampleRateHertz: Int
  /// Contiguous and in order.
  package var segments: [SpokenSegment]
  package var words: [String]
}
