/// The frames and phones that a model recognized in an utterance, and the reference.
package struct RecognizedUtterance: Sendable, Equatable {
  package var key: String
  package var speaker: String
  /// The base voice of a synthetic speaker.
  package var voice: String?
  /// `[frames]`: phones of the reference by index; −1 for none.
  package var labels: [Int32]
  /// `[frames]`: the class of the largest posterior, among those that are scored; −1 for a deleted phone.
  package var classes: [Int32]
  /// Classes of the reference among those that are scored; −1 for a deleted one.
  package var reference: [Int32]
  /// Phones that were decoded.
  package var recognized: [Int32]
}
