import CFlite
import Signal

/// The versions on which the bytes of a corpus depend, besides its recipe and prompts.
package enum SynthesisIdentity {
  /// The version of FFTW and its plan for the transform of the convolutions.
  ///
  /// - Throws: ``SynthesisError/transformUnavailable(points:)``.
  package static func arithmetic() throws(SynthesisError) -> String {
    let plan = try ImpulseResponse.makeTransform().planDescription
    return FFTWWisdom.version + "; " + plan.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// The version of Flite at compile time.
  package static var fliteVersion: String { FLITE_PROJECT_VERSION }
}
