import Foundations
import Glibc
import Learning

/// A bank of filters over samples, written out from its parameters.
///
/// Filter c gives y_c(t) = Σ_k h_c(k) x(t + k), k from −half to half.
protocol SampleFilters: Sendable {
  /// The number of filters.
  var count: Int { get }
  /// Samples on each side of a filter's center.
  var half: Int { get }
  /// 1 for real filters; 2 for complex ones, whose real parts come before all imaginary ones.
  var planes: Int { get }
  var tensors: [TensorReference] { get }
  /// The filters, such as `Gabor filters`.
  var summary: String { get }

  /// Writes the taps, `[planes · count, length]`.
  func write(_ values: ModelValues, into taps: UnsafeMutablePointer<Float>)

  /// Adds the gradient with respect to the parameters that follows from that with respect to the taps,
  /// `[planes · count, length]`.
  func addGradient(of taps: UnsafePointer<Float>, _ values: ModelValues, to target: AlignedBuffer<Float>)

  /// Moves parameters that left their range back into it.
  func project(_ values: ModelValues)
}

extension SampleFilters {
  /// Taps of a filter.
  var length: Int { 2 * half + 1 }
  var tapCount: Int { planes * count * length }

  func project(_ values: ModelValues) {}
}

/// The weights with which the energies of filters are summed over the samples about a frame's center.
protocol PoolingWindows: Sendable {
  /// Samples on each side of a frame's center.
  var half: Int { get }
  /// Empty for fixed windows.
  var tensors: [TensorReference] { get }
  /// The windows, such as `Gaussian windows`.
  var summary: String { get }

  /// Writes the weights of each filter, `[filters, length]`.
  func write(_ values: ModelValues, filters: Int, into weights: UnsafeMutablePointer<Float>)

  /// Adds the gradient with respect to the parameters that follows from that with respect to the weights.
  func addGradient(
    of weights: UnsafePointer<Float>, filters: Int, _ values: ModelValues, to target: AlignedBuffer<Float>)

  /// Moves parameters that left their range back into it.
  func project(_ values: ModelValues)
}

extension PoolingWindows {
  /// Weights of a window.
  var length: Int { 2 * half + 1 }
}

/// The squared Hann window, the same for all filters: nothing is learned.
struct SquaredHannWindows: PoolingWindows {
  let half: Int

  var tensors: [TensorReference] { [] }
  var summary: String { "a squared Hann window" }

  func write(_ values: ModelValues, filters: Int, into weights: UnsafeMutablePointer<Float>) {
    for n in 0..<length {
      let hann = 0.5 - 0.5 * cos(2 * .pi * Double(n) / Double(length - 1))
      for filter in 0..<filters { weights[filter * length + n] = Float(hann * hann) }
    }
  }

  func addGradient(
    of weights: UnsafePointer<Float>, filters: Int, _ values: ModelValues, to target: AlignedBuffer<Float>
  ) {}

  func project(_ values: ModelValues) {}
}
