package import FrontEnds

/// Why a recognizer cannot be made of its options.
package enum RecognizerError: Error, Sendable, Equatable {
  case frontEnd(FrontEndError)
  /// The classifier has at least `weights` weights, more than are allowed.
  case tooLarge(weights: Int, allowed: Int)
  /// A classifier of this kind cannot contain such a hidden layer.
  case unsupportedHiddenLayer(HiddenLayer, classifier: ClassifierKind)
  /// A classifier of this kind reads utterances in one direction only.
  case notBidirectional(classifier: ClassifierKind)
}
