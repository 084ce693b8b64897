import Foundations

/// The versions and tables on which the bits of features depend, besides input, options and seed.
///
/// Equal fingerprints give equal bits; across fingerprints results agree only within the accuracy gates.
package struct ArithmeticFingerprint: Codable, Equatable, Hashable, Sendable {
  /// FFTW's version and the instruction sets it was built for.
  package var fftwVersion: String
  /// FNV-1a of FFTW's description of the plan, 16 hexadecimal digits.
  package var planDigest: String
  /// The origin of the plan.
  package var planProvenance: PlanProvenance
  /// FNV-1a of the bits of window, mel weights, twiddles and DCT, and of FFTW's transform of a fixed signal,
  /// 16 hexadecimal digits.
  ///
  /// They all depend on the C library's cosine, logarithm and power, whose rounding differs between versions.
  package var tableDigest: String
  /// The instruction set of the kernels.
  package var kernels: String

  init(_ plan: ExtractionPlan) {
    fftwVersion = FFTWWisdom.version
    planDigest = BitDigest(of: plan.transform.planDescription).text
    planProvenance = plan.transform.provenance
    tableDigest = Self.digestOfTables(plan).text
    kernels = plan.kernels.name
  }

  private static func digestOfTables(_ plan: ExtractionPlan) -> BitDigest {
    var digest = BitDigest()
    digest.add(plan.window)
    digest.add(plan.twiddles)
    if let bank = plan.bank {
      digest.add(bank.widths)
      digest.add(bank.weights)
    }
    if let cosines = plan.cosines { digest.add(cosines) }
    digest.add(responseOfTransform(plan.transform))
    return digest
  }

  // FFTW's own tables cannot be read, but all of them affect the transform of a signal without symmetry.
  private static func responseOfTransform(_ transform: ComplexFFT) -> AlignedBuffer<Float> {
    let signal = AlignedBuffer<Float>(count: 2 * transform.size)
    let response = AlignedBuffer<Float>(count: 2 * transform.size)
    var state: UInt32 = 1
    for index in 0..<signal.count {
      state = state &* 1_664_525 &+ 1_013_904_223
      signal.base[index] = Float(Int16(truncatingIfNeeded: state >> 16))
    }
    transform.execute(signal.base, response.base)
    return response
  }
}

/// FNV-1a over the bits of numbers.
struct BitDigest {
  private var digest = FNV1a()

  init() {}

  init(of text: String) {
    for byte in text.utf8 { digest.add(byte) }
  }

  /// Adds the bit patterns of numbers, least significant byte first.
  mutating func add(_ values: AlignedBuffer<Float>) {
    for index in 0..<values.count { add(values.base[index].bitPattern) }
  }

  mutating func add(_ values: [Int32]) {
    for value in values { add(UInt32(bitPattern: value)) }
  }

  /// 16 hexadecimal digits.
  var text: String {
    let digits = String(digest.hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  private mutating func add(_ word: UInt32) {
    for shift in stride(from: UInt32(0), to: 32, by: 8) {
      digest.add(UInt8(truncatingIfNeeded: word >> shift))
    }
  }
}
