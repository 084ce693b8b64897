import CFFTW

/// A forward real transform in double precision: X_k = Σ_n x_n exp(−2πikn/P), k = 0 … P/2.
///
/// Owns its plan; one instance serves one thread at a time.
final class ReferenceDFT {
  private let size: Int
  private let input: UnsafeMutablePointer<Double>
  private let output: UnsafeMutablePointer<fftw_complex>
  private let plan: OpaquePointer

  init(size: Int) throws(SignalError) {
    guard let count = Int32(exactly: size), let input = fftw_alloc_real(size) else {
      throw .transformUnavailable(points: size)
    }
    guard let output = fftw_alloc_complex(size / 2 + 1) else {
      fftw_free(input)
      throw .transformUnavailable(points: size)
    }
    let planned = FFTWPlanner.withLock { Plan(fftw_plan_dft_r2c_1d(count, input, output, FFTW_ESTIMATE)) }
    guard let plan = planned.pointer else {
      fftw_free(input)
      fftw_free(output)
      throw .transformUnavailable(points: size)
    }
    self.size = size
    self.input = input
    self.output = output
    self.plan = plan
  }

  deinit {
    FFTWPlanner.withLock { fftw_destroy_plan(plan) }
    fftw_free(input)
    fftw_free(output)
  }

  /// |X_k|², k = 0 … P/2, of P samples.
  func power(_ samples: [Double]) -> [Double] {
    for i in 0..<size { input[i] = i < samples.count ? samples[i] : 0 }
    fftw_execute(plan)
    return (0...size / 2).map { output[$0].0 * output[$0].0 + output[$0].1 * output[$0].1 }
  }

  // Carries the plan out of the lock.
  private struct Plan: @unchecked Sendable {
    // Invariant behind @unchecked Sendable: it does not leave the initializer that made it.
    let pointer: OpaquePointer?
    init(_ pointer: OpaquePointer?) { self.pointer = pointer }
  }
}
