import CFlite
import Signal

/// What the bytes of a corpus depend on beside its recipe and its prompts.
package enum SynthesisIdentity {
  /// FFTW's version and how it goes about the transform that the convolutions use.
  ///
  /// Throws `transformUnavailable`.
  package static func arithmetic() throws(SynthesisError) -> String {
    let plan = try ImpulseResponse.makeTransform().planDescription
    return FFTWWisdom.version + "; " + plan.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// The version of Flite that this program was built with.
  package static var fliteVersion: String { FLITE_PROJECT_VERSION }
}
