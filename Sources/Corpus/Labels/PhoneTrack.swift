/// The phones of an utterance, checked against its audio: in order, without overlaps, inside the audio.
///
/// There may be gaps before, between and after the phones.
package struct PhoneTrack: Equatable, Sendable {
  /// A phone: the samples `start..<end` and the index among the 61.
  package struct Interval: Equatable, Sendable {
    package var start: Int
    package var end: Int
    package var phone: UInt8

    package init(start: Int, end: Int, phone: UInt8) {
      self.start = start
      self.end = end
      self.phone = phone
    }
  }

  package let intervals: [Interval]

  package init(intervals: [Interval]) { self.intervals = intervals }
}

/// The words of an utterance, which may overlap and have gaps, as in TIMIT.
package struct WordTrack: Equatable, Sendable {
  /// A word and its samples `start..<end`.
  package struct Interval: Equatable, Sendable {
    package var start: Int
    package var end: Int
    package var word: String
  }

  package let intervals: [Interval]
}
