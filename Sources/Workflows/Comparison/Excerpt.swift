/// An utterance as it sounds, what both front ends see of it, and what is recognized in it.
package struct Excerpt: Sendable {
  package enum Reason: String, Sendable {
    /// The most errors fewer, or more, than the baseline.
    case mostImproved = "most improved"
    case mostWorsened = "most worsened"
    /// The highest error rate of the baseline.
    case worst
  }

  package var reason: Reason
  package var key: String
  package var speaker: String
  package var sentence: String
  package var sampleRateHertz: Int
  /// The whole utterance, or its first seconds.
  package var samples: [Int16]
  package var isCut: Bool
  package var frameShiftSamples: Int
  /// Log energies of 80 mel bins of 10 ms frames, `[frames, 80]`: the spectrogram.
  package var spectrogram: [Float]
  package var spectrogramBins: Int
  package var reference: [ReferencePhone]
  /// The baseline's and the other contender's, of the seed that is shown.
  package var contenders: [RecognizedExcerpt]

  package struct ReferencePhone: Sendable, Equatable {
    package var firstSample: Int
    package var endSample: Int
    /// The phone as labeled.
    package var symbol: String
    /// An index among the scored classes; −1 for a deleted phone.
    package var scoredClass: Int32
  }
}

/// The features of one contender for an excerpt, and what it recognizes.
package struct RecognizedExcerpt: Sendable {
  package var contender: String
  package var seed: UInt64
  package var channels: Int
  /// `[frames, channels]`, each channel's mean taken away and divided by its deviation.
  package var features: [Float]
  /// `[frames, classes]`: posteriors of the scored classes, summed over the phones that are folded together.
  package var posteriors: [Float]
  /// `[frames]`: the class of the reference; −1 for none.
  package var labels: [Int32]
  /// `[frames]`: the class of the largest posterior.
  package var frameClasses: [Int32]
  package var phones: [RecognizedPhone]
  package var phoneErrors: Int
  package var referencePhones: Int

  package struct RecognizedPhone: Sendable, Equatable {
    package var firstFrame: Int
    package var endFrame: Int
    /// An index among the scored classes; −1 for a deleted phone.
    package var scoredClass: Int32
  }
}
