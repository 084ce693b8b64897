import CFFTW
import Foundations

/// A forward complex transform of fixed size, out of place, not normalized: Z_k = Σ_n z_n exp(−2πikn/M).
///
/// One transform per size serves the whole process; it is planned once and never destroyed. FFTW's planner is
/// entered only under a lock, since only execution is thread-safe. The plan comes from shipped wisdom for
/// this FFTW and processor if there is any, else from `FFTW_ESTIMATE`; never from a measurement, so its bits
/// do not depend on the load of the machine. It uses no instructions beyond those of ``VectorUnit/current``.
///
/// Source: Frigo and Johnson, "The Design and Implementation of FFTW3" (2005).
package struct ComplexFFT: Sendable {
  /// The number of points M.
  package let size: Int
  /// The origin of the plan.
  package let provenance: PlanProvenance

  // Invariant behind nonisolated(unsafe): the plan is immutable, and FFTW documents new-array execution as
  // thread-safe.
  private nonisolated(unsafe) let plan: OpaquePointer

  /// The transform of `size` points.
  ///
  /// - Throws: ``SignalError/transformUnavailable(points:)`` if FFTW has no plan or memory is exhausted;
  ///   ``SignalError/vectorUnitNotFixed(_:part:)`` if its plan is one of a wider unit.
  package init(size: Int) throws(SignalError) {
    guard let transform = PlanCache.shared.transform(size: size) else {
      throw .transformUnavailable(points: size)
    }
    guard transform.isOfVectorUnit else {
      throw .vectorUnitNotFixed(.current, part: .transform(points: size))
    }
    self = transform
  }

  // A plan within a unit is the one that a processor of that unit plans: what only wider ones have can be
  // chosen, but makes nothing else dearer.
  private var isOfVectorUnit: Bool {
    !VectorUnit.isFixed
      || FFTWPlanner.instructionSets(ofPlan: planDescription).isSubset(of: FFTWPlanner.allowedInstructionSets)
  }

  fileprivate init(size: Int, provenance: PlanProvenance, plan: OpaquePointer) {
    self.size = size
    self.provenance = provenance
    self.plan = plan
  }

  /// Transforms `size` interleaved complex numbers.
  ///
  /// The input is preserved. Allocates nothing; safe in any number of threads at once.
  ///
  /// - Precondition: Both arrays are aligned to 64 bytes and do not overlap.
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

/// The origin of a transform's plan.
package enum PlanProvenance: String, Codable, Hashable, Sendable {
  /// Wisdom that ships with the program.
  case wisdom
  /// FFTW's heuristic.
  case estimate
}

/// The cache of planned transforms.
private final class PlanCache: Sendable {
  static let shared = PlanCache()
  private let transforms = Guarded<[Int: ComplexFFT]>([:])

  func transform(size: Int) -> ComplexFFT? {
    guard size > 0, size <= FrameOptions.maximumFrameLength else { return nil }
    return transforms.withLock { transforms in
      if let known = transforms[size] { return known }
      let planned = FFTWPlanner.withLock {
        FFTWPlanner.withOnlyWisdom(FFTWWisdom.shipped) { Self.plan(size: size) }
      }
      transforms[size] = planned
      return planned
    }
  }

  private static func plan(size: Int) -> ComplexFFT? {
    if FFTWPlanner.isScalar {
      return FFTWPlanner.plan(size: size, flags: FFTW_ESTIMATE | FFTW_NO_SIMD).map {
        ComplexFFT(size: size, provenance: .estimate, plan: $0)
      }
    }
    if let plan = FFTWPlanner.plan(size: size, flags: FFTWWisdom.rigor | FFTW_WISDOM_ONLY) {
      return ComplexFFT(size: size, provenance: .wisdom, plan: plan)
    }
    guard let plan = FFTWPlanner.plan(size: size, flags: FFTW_ESTIMATE) else { return nil }
    return ComplexFFT(size: size, provenance: .estimate, plan: plan)
  }
}
