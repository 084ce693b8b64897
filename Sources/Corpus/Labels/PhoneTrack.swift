/// The phones of an utterance, checked against its audio: in order, without overlaps, inside the audio.
///
/// There may be gaps before, between and after the phones.
package struct PhoneTrack: Equatable, Sendable {
  /// A phone: the samples `start..<end` and the index in the phone set.
  package struct Interval: Equatable, Sendable {
    package var start: Int
    package var end: Int
    package var phone: UInt16

    package init(start: Int, end: Int, phone: UInt16) {
      self.start = start
      self.end = end
      self.phone = phone
    }
  }

  package let intervals: [Interval]

  /// The end of the last label, which may be of a symbol outside the phone set.
  package let end: Int

  /// A track of intervals in order; `end` is that of the last one if nil.
  package init(intervals: [Interval], end: Int? = nil) {
    self.intervals = intervals
    self.end = end ?? intervals.last?.end ?? 0
  }
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
