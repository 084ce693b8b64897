package import FrontEnds

/// Why a recogniser cannot be made of its options.
package enum RecognizerError: Error, Sendable, Equatable {
  case frontEnd(FrontEndError)
  /// So many weights, more than are allowed.
  case tooLarge(weights: Int, allowed: Int)
}
