/// The weights of a decoder's score, which are tuned on dev speakers, never on the test set.
package struct PhoneDecodingOptions: Sendable, Hashable {
  /// α of ln P(c | x) − α ln P(c): 1 gives scaled likelihoods, 0 posteriors.
  package var priorWeight: Float
  /// The weight of ln P(phone | previous phone).
  package var languageWeight: Float
  /// Added to the score for every phone; lower values give fewer phones.
  package var insertionPenalty: Float
  /// The minimum number of frames of a phone.
  package var minimumFrames: Int

  /// The range of ``minimumFrames``.
  package static let allowedMinimumFrames = 1...10
  /// The range of the weights and of the penalty's magnitude.
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

/// A decoded phone and its frames.
package struct DecodedPhone: Sendable, Hashable {
  /// The class of the phone.
  package var phone: Int32
  package var frames: Range<Int>

  package init(phone: Int32, frames: Range<Int>) {
    self.phone = phone
    self.frames = frames
  }
}
