import CFFTW
import Foundations

/// FFTW's planner, which is one state for the whole process and not thread-safe.
enum FFTWPlanner {
  private static let lock = Guarded<Void>(())

  /// Everything but the execution of plans goes through this lock.
  static func withLock<Result: Sendable>(_ body: () -> Result) -> Result {
    lock.withLock { _ in body() }
  }

  /// Plans with this wisdom and no other, so that a plan does not depend on what else the process has planned.
  ///
  /// What was there before is put back. Called under the lock.
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

  /// An out-of-place forward plan over arrays of the alignment that execution will have.
  ///
  /// Called under the lock.
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
