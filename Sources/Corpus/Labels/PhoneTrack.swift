/// The phones of one utterance, checked against its audio: in order, not overlapping, inside the audio.
///
/// Gaps may stand before the first phone, between phones and after the last one.
package struct PhoneTrack: Equatable, Sendable {
  /// One phone: the samples `start..<end` and its index among the 61.
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

/// The words of one utterance, which may overlap and leave gaps, as TIMIT's do.
package struct WordTrack: Equatable, Sendable {
  /// One word and its samples `start..<end`.
  package struct Interval: Equatable, Sendable {
    package var start: Int
    package var end: Int
    package var word: String
  }

  package let intervals: [Interval]
}
