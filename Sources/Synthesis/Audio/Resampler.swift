import Glibc

/// Band-limited interpolation, y_m = Σ_n x_n h(m·step − n), where h is a windowed sinc.
///
/// `step` is the ratio of input to output samples; above 1, the sinc also removes what would alias.
///
/// Source: Smith and Gossett, "A flexible sampling-rate conversion method" (1984).
struct Resampler {
  /// Zero crossings of the sinc on either side.
  private static let crossings = 24
  /// Table entries per input sample.
  private static let resolution = 512

  private let step: Double
  private let reach: Int
  private let table: [Float]

  init(step: Double) {
    precondition(step > 0.1 && step < 10, "a resampling step of \(step)")
    self.step = step
    let cutoff = 0.97 * min(1, 1 / step)
    reach = Int((Double(Self.crossings) / cutoff).rounded(.up))
    let width = Double(reach)
    table = (0...reach * Self.resolution + 1).map { index in
      let time = Double(index) / Double(Self.resolution)
      guard time < width else { return 0 }
      let angle = Double.pi * cutoff * time
      let sinc = time == 0 ? cutoff : cutoff * sin(angle) / angle
      return Float(sinc * Self.kaiser(time / width))
    }
  }

  /// The Kaiser window I₀(β √(1 − t²)) / I₀(β), with β for about 80 dB of attenuation.
  private static func kaiser(_ t: Double) -> Double {
    func bessel(_ x: Double) -> Double {
      var (sum, term, k) = (1.0, 1.0, 1.0)
      while term > 1e-12 * sum {
        term *= (x / (2 * k)) * (x / (2 * k))
        sum += term
        k += 1
      }
      return sum
    }
    let beta = 8.0
    return bessel(beta * max(0, 1 - t * t).squareRoot()) / bessel(beta)
  }

  /// The signal at `count` points from its first sample on; beyond its ends it is zero.
  func resampled(_ signal: [Float], count: Int) -> [Float] {
    var result = [Float](repeating: 0, count: count)
    let resolution = Double(Self.resolution)
    signal.withUnsafeBufferPointer { signal in
      table.withUnsafeBufferPointer { table in
        for output in 0..<count {
          let time = Double(output) * step
          let center = Int(time)
          var sum: Float = 0
          let first = max(0, center - reach + 1)
          let last = min(signal.count - 1, center + reach)
          guard first <= last else { continue }
          for index in first...last {
            let offset = abs(time - Double(index)) * resolution
            let cell = Int(offset)
            guard cell + 1 < table.count else { continue }
            let fraction = Float(offset - Double(cell))
            sum += signal[index] * (table[cell] + fraction * (table[cell + 1] - table[cell]))
          }
          result[output] = sum
        }
      }
    }
    return result
  }
}
