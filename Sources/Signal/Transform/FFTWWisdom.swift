import CFFTW
import CKernels
import Foundations
import Glibc

/// Plans measured in advance per FFTW version and processor, so that none is measured at startup.
package enum FFTWWisdom {
  /// The minimum planning rigor of shipped wisdom.
  static let rigor = FFTW_MEASURE

  /// FFTW's version with the instruction sets it was built for.
  package static let version = String(cString: kaleidoscope_fftwf_version())

  /// The key of this FFTW on this processor in the table of shipped wisdom.
  package static var key: String { "\(version) \(Kernels.best.name)" }

  /// The shipped wisdom for this FFTW on this processor, or nil.
  static var shipped: String? { shippedWisdom[key] }

  /// The transform sizes for which wisdom is made: the usual frame lengths at 8 to 48 kHz, padded or not.
  package static let usualSizes = [64, 100, 128, 200, 256, 400, 512, 600, 1024]

  /// Measures plans and returns wisdom for them, to be copied to `ShippedWisdom.swift` under `key`.
  ///
  /// Each size is planned `attempts` times at two levels of rigor, and the plan that is fastest in a trial
  /// longer than FFTW's own is kept. This takes seconds to minutes on an idle machine.
  package static func measured(sizes: [Int] = usualSizes, attempts: Int = 5) -> String {
    FFTWPlanner.withLock {
      let best = sizes.compactMap { bestWisdom(size: $0, attempts: attempts) }
      return FFTWPlanner.withOnlyWisdom(nil) {
        for wisdom in best { _ = fftwf_import_wisdom_from_string(wisdom) }
        return exported()
      }
    }
  }

  private static func bestWisdom(size: Int, attempts: Int) -> String? {
    var best: (nanoseconds: Double, wisdom: String)?
    for attempt in 0..<2 * attempts {
      FFTWPlanner.withOnlyWisdom(nil) {
        guard let plan = FFTWPlanner.plan(size: size, flags: attempt % 2 == 0 ? FFTW_MEASURE : FFTW_PATIENT)
        else { return }
        defer { fftwf_destroy_plan(plan) }
        let time = nanoseconds(plan, size: size)
        if time < best?.nanoseconds ?? .infinity { best = (time, exported()) }
      }
    }
    return best?.wisdom
  }

  // The minimum over many trials of a few hundred executions.
  private static func nanoseconds(_ plan: OpaquePointer, size: Int) -> Double {
    let input = AlignedBuffer<Float>(count: 2 * size)
    let output = AlignedBuffer<Float>(count: 2 * size)
    let executions = 200
    var best = Double.infinity
    for _ in 0..<400 {
      let start = threadTime()
      for _ in 0..<executions {
        fftwf_execute_dft(
          plan, UnsafeMutableRawPointer(input.base).assumingMemoryBound(to: fftwf_complex.self),
          UnsafeMutableRawPointer(output.base).assumingMemoryBound(to: fftwf_complex.self))
      }
      best = min(best, (threadTime() - start) / Double(executions))
    }
    return best
  }

  private static func threadTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
  }

  private static func exported() -> String {
    guard let text = fftwf_export_wisdom_to_string() else { return "" }
    defer { fftwf_free(text) }
    return String(cString: text)
  }
}
