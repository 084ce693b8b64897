import CFFTW

/// One FFTW transform on its own, out of place in cache, planned with `FFTW_PATIENT`: the floor of a filter bank.
final class BareFFTW {
  enum Shape {
    /// 512 real points to 257 complex ones.
    case realToComplex512
    /// 256 complex points.
    case complex256
  }

  private let plan: fftwf_plan
  private let input: UnsafeMutablePointer<Float>
  private let output: UnsafeMutablePointer<Float>

  init(_ shape: Shape) throws {
    guard let input = fftwf_malloc(520 * 4), let output = fftwf_malloc(520 * 4) else {
      throw BenchmarkError.systemCall(name: "fftwf_malloc", errno: 12)
    }
    self.input = input.bindMemory(to: Float.self, capacity: 520)
    self.output = output.bindMemory(to: Float.self, capacity: 520)
    let complexOutput = output.bindMemory(to: fftwf_complex.self, capacity: 260)
    let made: fftwf_plan? =
      switch shape {
      case .realToComplex512: fftwf_plan_dft_r2c_1d(512, self.input, complexOutput, UInt32(FFTW_PATIENT))
      case .complex256:
        fftwf_plan_dft_1d(
          256, input.bindMemory(to: fftwf_complex.self, capacity: 260), complexOutput, FFTW_FORWARD,
          UInt32(FFTW_PATIENT))
      }
    guard let made else { throw BenchmarkError.peerFailed(peer: "FFTW", reason: "no plan") }
    plan = made
    // Planning overwrites the arrays: the input is filled afterwards, without denormals.
    for index in 0..<520 {
      self.input[index] = Float((index * 37) % 101) - 50
      self.output[index] = 0
    }
  }

  deinit {
    fftwf_destroy_plan(plan)
    fftwf_free(input)
    fftwf_free(output)
  }

  /// Transforms the same block `count` times.
  func execute(count: Int) {
    for _ in 0..<count { fftwf_execute(plan) }
  }
}
