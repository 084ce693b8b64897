/// How strongly the parts of a decoder's score speak: all are chosen on dev speakers, never on the test set.
package struct PhoneDecodingOptions: Sendable, Hashable {
  /// Factor on ln P(class) that is taken from the log posteriors: 1 makes them likelihoods, 0 leaves them.
  package var priorWeight: Float
  /// Factor on ln P(phone | phone before).
  package var languageWeight: Float
  /// Added for every phone; the lower, the fewer phones.
  package var insertionPenalty: Float
  /// The fewest frames of a phone, at least 1.
  package var minimumFrames: Int

  /// What is allowed for ``minimumFrames``.
  package static let allowedMinimumFrames = 1...10
  /// What is allowed for the weights and, with both signs, for the penalty.
  package static let allowedWeights: ClosedRange<Float> = 0...100

  package init(
    priorWeight: Float = 0.5, languageWeight: Float = 2, insertionPenalty: Float = 0, minimumFrames: Int = 3
  ) {
    precondition(Self.allowedMinimumFrames.contains(minimumFrames))
    self.priorWeight = priorWeight
    self.languageWeight = languageWeight
    self.insertionPenalty = insertionPenalty
    self.minimumFrames = minimumFrames
  }
}

/// A phone that was decoded, and its frames.
package struct DecodedPhone: Sendable, Hashable {
  /// The class.
  package var phone: Int32
  package var frames: Range<Int>

  package init(phone: Int32, frames: Range<Int>) {
    self.phone = phone
    self.frames = frames
  }
}
