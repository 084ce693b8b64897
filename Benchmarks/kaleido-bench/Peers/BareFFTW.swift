import CFFTW

/// A single FFTW transform, out of place and in cache: the lower bound of a filter bank.
///
/// It is planned as rigorously as our shipped plan: several times with `FFTW_MEASURE` and `FFTW_PATIENT`,
/// keeping the fastest plan in a trial longer than FFTW's own. It must be made before anything else plans.
final class BareFFTW {
  enum Shape {
    /// 512 real points to 257 complex ones.
    case realToComplex512
    /// 256 complex points.
    case complex256
    /// 512 complex points.
    case complex512

    var floats: Int { self == .complex512 ? 1024 : 520 }
  }

  private let floats: Int
  private var plan: fftwf_plan?
  private let input: UnsafeMutablePointer<Float>
  private let output: UnsafeMutablePointer<Float>

  init(_ shape: Shape, attempts: Int = 5) throws {
    floats = shape.floats
    input = UnsafeMutableRawPointer.allocate(byteCount: floats * 4, alignment: 64)
      .bindMemory(to: Float.self, capacity: floats)
    output = UnsafeMutableRawPointer.allocate(byteCount: floats * 4, alignment: 64)
      .bindMemory(to: Float.self, capacity: floats)
    var best = Double.infinity
    for attempt in 0..<2 * attempts {
      fftwf_forget_wisdom()
      let candidate = makePlan(shape, flags: UInt32(attempt % 2 == 0 ? FFTW_MEASURE : FFTW_PATIENT))
      guard let candidate else { throw BenchmarkError.peerFailed(peer: "FFTW", reason: "no plan") }
      let time = trial(candidate)
      if time < best {
        best = time
        if let plan { fftwf_destroy_plan(plan) }
        plan = candidate
      } else {
        fftwf_destroy_plan(candidate)
      }
    }
  }

  deinit {
    if let plan { fftwf_destroy_plan(plan) }
    UnsafeMutableRawPointer(input).deallocate()
    UnsafeMutableRawPointer(output).deallocate()
  }

  /// Transforms the same block `count` times.
  func execute(count: Int) {
    guard let plan else { return }
    for _ in 0..<count { fftwf_execute(plan) }
  }

  private func makePlan(_ shape: Shape, flags: UInt32) -> fftwf_plan? {
    let spectrum = UnsafeMutableRawPointer(output).assumingMemoryBound(to: fftwf_complex.self)
    switch shape {
    case .realToComplex512: return fftwf_plan_dft_r2c_1d(512, input, spectrum, flags)
    case .complex256, .complex512:
      let packed = UnsafeMutableRawPointer(input).assumingMemoryBound(to: fftwf_complex.self)
      return fftwf_plan_dft_1d(shape == .complex256 ? 256 : 512, packed, spectrum, FFTW_FORWARD, flags)
    }
  }

  /// The minimum time over many trials.
  private func trial(_ candidate: fftwf_plan) -> Double {
    // Planning overwrites the arrays, so they are filled after it, without denormals.
    for index in 0..<floats {
      input[index] = Float((index * 37) % 101) - 50
      output[index] = 0
    }
    var best = Double.infinity
    for _ in 0..<200 {
      best = min(best, ThreadClock.nanoseconds { for _ in 0..<200 { fftwf_execute(candidate) } })
    }
    return best
  }
}
