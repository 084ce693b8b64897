/// What the bits of features depend on beside input, options and seed.
///
/// Equal fingerprints give equal bits; across fingerprints results agree to the accuracy gates only.
package struct ArithmeticFingerprint: Codable, Equatable, Hashable, Sendable {
  /// FFTW's version and the instruction sets that it was built for.
  package var fftwVersion: String
  /// FNV-1a of FFTW's description of the plan, 16 hexadecimal digits.
  package var planDigest: String
  /// Whether the plan came from shipped wisdom or from FFTW's estimate.
  package var planProvenance: PlanProvenance
  /// The instruction set of our kernels.
  package var kernels: String

  init(_ plan: ExtractionPlan) {
    fftwVersion = FFTWWisdom.version
    planDigest = Self.digest(plan.transform.planDescription)
    planProvenance = plan.transform.provenance
    kernels = plan.kernels.name
  }

  private static func digest(_ text: String) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
