/// An utterance of the corpus: samples at 16 kHz and labels as in TIMIT.
package struct RenderedUtterance: Equatable, Sendable {
  package static let sampleRateHertz = 16_000

  /// A label of the samples [start, end).
  package struct Label: Equatable, Sendable {
    package var start: Int
    package var end: Int
    package var symbol: String
  }

  package var samples: [Int16]
  /// Contiguous from 0 to the sample count.
  package var phones: [Label]
  /// Each from the start of a phone to the end of a phone.
  package var words: [Label]
}
