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
