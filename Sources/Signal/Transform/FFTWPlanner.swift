import CFFTW
import Foundations

/// FFTW's planner, which is global and not thread-safe.
enum FFTWPlanner {
  private static let lock = Guarded<Void>(())

  /// Calls `body` under the lock that everything but the execution of plans needs.
  static func withLock<Result: Sendable>(_ body: () -> Result) -> Result {
    lock.withLock { _ in body() }
  }

  /// Calls `body` with only the given wisdom, so that plans do not depend on what else the process has
  /// planned.
  ///
  /// The previous wisdom is restored. Must be called under the lock.
  static func withOnlyWisdom<Result>(_ wisdom: String?, _ body: () -> Result) -> Result {
    let before = fftwf_export_wisdom_to_string()
    defer {
      fftwf_forget_wisdom()
      if let before {
        _ = fftwf_import_wisdom_from_string(before)
        fftwf_free(before)
      }
    }
    fftwf_forget_wisdom()
    if let wisdom { _ = fftwf_import_wisdom_from_string(wisdom) }
    return body()
  }

  /// Whether plans have no vector instructions.
  ///
  /// FFTW looks at the processor by itself and would take AVX where it is there. Without any, its plans are
  /// the same on every x86-64.
  static var isScalar: Bool {
    #if arch(x86_64)
      VectorUnit.current == .baseline
    #else
      false
    #endif
  }

  /// FFTW's names of the instruction sets that a plan may use with the vector unit in use.
  static var allowedInstructionSets: Set<String> {
    switch VectorUnit.current {
    case .baseline: []
    case .avx2: ["sse2", "avx", "avx2", "avx2_128"]
    case .avx512: ["sse2", "avx", "avx2", "avx2_128", "avx512"]
    }
  }

  /// FFTW's names of the instruction sets whose codelets a plan uses: `avx` of `"n2fv_16_avx"`.
  static func instructionSets(ofPlan description: String) -> Set<String> {
    // Scalar codelets have names such as t2_8 and n1_16.
    Set(description.matches(of: /"[a-z0-9]+v[a-z]*_[0-9]+_(\w+)"/).map { String($0.output.1) })
  }

  /// An out-of-place forward plan for arrays aligned as in execution.
  ///
  /// Must be called under the lock.
  static func plan(size: Int, flags: UInt32) -> OpaquePointer? {
    guard let count = Int32(exactly: size) else { return nil }
    let input = AlignedBuffer<Float>(count: 2 * size)
    let output = AlignedBuffer<Float>(count: 2 * size)
    return withExtendedLifetime((input, output)) {
      fftwf_plan_dft_1d(
        count, UnsafeMutableRawPointer(input.base).assumingMemoryBound(to: fftwf_complex.self),
        UnsafeMutableRawPointer(output.base).assumingMemoryBound(to: fftwf_complex.self), FFTW_FORWARD,
        flags)
    }
  }
}
