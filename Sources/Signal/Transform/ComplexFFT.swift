import CFFTW
import Synchronization

/// A forward complex transform of fixed size, out of place: Z_k = Σ_n z_n exp(−2πikn/M), not normalised.
///
/// One transform of a size serves the whole process; it is planned once and never destroyed, and FFTW's planner is
/// only entered under a lock, since only execution is thread-safe. The plan comes from shipped wisdom where there is
/// some for this FFTW and processor, else from `FFTW_ESTIMATE`; never from a measurement, so that its bits don't
/// depend on the machine's load.
///
/// Source: Frigo and Johnson, "The Design and Implementation of FFTW3" (2005).
package struct ComplexFFT: Sendable {
  /// Points, M.
  package let size: Int
  /// Where the plan came from.
  package let provenance: PlanProvenance

  // An immutable FFTW plan: its new-array execution is documented to be thread-safe.
  private nonisolated(unsafe) let plan: OpaquePointer

  /// The transform of so many points.
  ///
  /// - Throws: `SignalError.transformUnavailable` if memory runs out.
  package init(size: Int) throws(SignalError) {
    guard let transform = PlanCache.shared.transform(size: size) else {
      throw .transformUnavailable(points: size)
    }
    self = transform
  }

  fileprivate init(size: Int, provenance: PlanProvenance, plan: OpaquePointer) {
    self.size = size
    self.provenance = provenance
    self.plan = plan
  }

  /// Transforms `size` interleaved complex numbers.
  ///
  /// Keeps the input; allocates nothing.
  ///
  /// - Precondition: both arrays are aligned to 64 bytes and don't overlap.
  @inline(__always)
  package func execute(_ input: UnsafeMutablePointer<Float>, _ output: UnsafeMutablePointer<Float>) {
    fftwf_execute_dft(
      plan, UnsafeMutableRawPointer(input).assumingMemoryBound(to: fftwf_complex.self),
      UnsafeMutableRawPointer(output).assumingMemoryBound(to: fftwf_complex.self))
  }

  /// FFTW's description of the plan: its algorithm, radices and codelets.
  package var planDescription: String {
    FFTWPlanner.withLock {
      guard let text = fftwf_sprint_plan(plan) else { return "" }
      defer { fftwf_free(text) }
      return String(cString: text)
    }
  }
}

/// Where a transform's plan came from.
package enum PlanProvenance: String, Codable, Hashable, Sendable {
  /// Wisdom that ships with the program.
  case wisdom
  /// FFTW's heuristic.
  case estimate
}

/// FFTW's planner is one process-wide state; everything but execution goes through this lock.
enum FFTWPlanner {
  private static let lock = Mutex<Void>(())

  static func withLock<Result: Sendable>(_ body: () -> Result) -> Result {
    lock.withLock { _ in body() }
  }
}

/// The transforms planned so far.
private final class PlanCache: Sendable {
  static let shared = PlanCache()
  private let transforms = Mutex<[Int: ComplexFFT]>([:])

  func transform(size: Int) -> ComplexFFT? {
    transforms.withLock { transforms in
      if let known = transforms[size] { return known }
      let planned = FFTWPlanner.withLock { Self.plan(size: size) }
      transforms[size] = planned
      return planned
    }
  }

  private static func plan(size: Int) -> ComplexFFT? {
    guard size > 0, size <= FrameOptions.maximumFrameLength, let count = Int32(exactly: size) else {
      return nil
    }
    FFTWWisdom.importOnce()
    // Planning needs arrays of the alignment that execution will have, but leaves them alone here.
    guard let input = fftwf_alloc_complex(size), let output = fftwf_alloc_complex(size) else { return nil }
    defer {
      fftwf_free(input)
      fftwf_free(output)
    }
    // Wisdom is filed under the rigour that it was measured with, and answers requests of that rigour or less.
    let measured = FFTWWisdom.rigour | FFTW_WISDOM_ONLY
    if let plan = fftwf_plan_dft_1d(count, input, output, FFTW_FORWARD, measured) {
      return ComplexFFT(size: size, provenance: .wisdom, plan: plan)
    }
    guard let plan = fftwf_plan_dft_1d(count, input, output, FFTW_FORWARD, FFTW_ESTIMATE) else { return nil }
    return ComplexFFT(size: size, provenance: .estimate, plan: plan)
  }
}
