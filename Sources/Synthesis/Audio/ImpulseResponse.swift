import Foundations
import Signal

/// A finite impulse response h for overlap-add convolution with long signals: y_n = Σ_k h_k x_{n−k}.
///
/// As h is real, two blocks of the signal are the real and imaginary part of one complex transform.
struct ImpulseResponse {
  /// Complex points of the transform; a response has at most half as many taps.
  static let points = 16_384

  private let transform: ComplexFFT
  private let spectrum: AlignedBuffer<Float>
  private let taps: Int

  /// - Throws: ``SynthesisError/transformUnavailable(points:)``.
  init(_ response: [Float]) throws(SynthesisError) {
    precondition(
      !response.isEmpty && response.count <= Self.points / 2, "a response of \(response.count) taps")
    transform = try Self.makeTransform()
    taps = response.count
    let input = AlignedBuffer<Float>(count: 2 * Self.points)
    for (index, value) in response.enumerated() { input.base[2 * index] = value }
    spectrum = AlignedBuffer<Float>(count: 2 * Self.points)
    transform.execute(input.base, spectrum.base)
  }

  static func makeTransform() throws(SynthesisError) -> ComplexFFT {
    do { return try ComplexFFT(size: points) } catch { throw .transformUnavailable(points: points) }
  }

  /// The first `signal.count` samples of the convolution.
  func convolved(with signal: [Float]) -> [Float] {
    var result = [Float](repeating: 0, count: signal.count)
    let points = Self.points
    let block = points - taps + 1
    let work = AlignedBuffer<Float>(count: 2 * points)
    let other = AlignedBuffer<Float>(count: 2 * points)
    var start = 0
    while start < signal.count {
      work.setAllToZero()
      for part in 0..<2 {
        let first = start + part * block
        for index in 0..<max(0, min(block, signal.count - first)) {
          work.base[2 * index + part] = signal[first + index]
        }
      }
      transform.execute(work.base, other.base)
      // The inverse transform is the conjugate of the transform of the conjugate.
      for index in 0..<points {
        let (a, b) = (other.base[2 * index], other.base[2 * index + 1])
        let (c, d) = (spectrum.base[2 * index], spectrum.base[2 * index + 1])
        other.base[2 * index] = a * c - b * d
        other.base[2 * index + 1] = -(a * d + b * c)
      }
      transform.execute(other.base, work.base)
      let scale = 1 / Float(points)
      for part in 0..<2 {
        let first = start + part * block
        let sign: Float = part == 0 ? scale : -scale
        for index in 0..<max(0, min(points, signal.count - first)) {
          result[first + index] += sign * work.base[2 * index + part]
        }
      }
      start += 2 * block
    }
    return result
  }
}
