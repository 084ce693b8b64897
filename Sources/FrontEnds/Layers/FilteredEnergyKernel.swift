import CKernels
import Foundations
import Learning

/// The loops of ``FilteredEnergyLayer``; one thread at a time, no allocation after it is made.
///
/// The products of a block of samples are one matrix product, of the taps and the block's Hankel matrix
/// x(t + k), which is packed from the samples without being written out. Each product is one chain over k,
/// so that bits do not depend on where blocks begin.
final class FilteredEnergyKernel {
  /// Samples of a block.
  static let blockSamples = 128

  let layer: FilteredEnergyLayer
  private let filters: Int
  private let length: Int
  private let poolingLength: Int
  private let isComplex: Bool

  /// `[planes · filters, length]`.
  let taps: AlignedBuffer<Float>
  /// `[filters, poolingLength]`.
  let windows: AlignedBuffer<Float>
  private let packed: AlignedBuffer<Float>

  init(_ layer: FilteredEnergyLayer) {
    self.layer = layer
    filters = layer.filters.count
    length = layer.filters.length
    poolingLength = layer.windows.length
    isComplex = layer.filters.planes == 2
    taps = AlignedBuffer<Float>(count: layer.filters.tapCount)
    windows = AlignedBuffer<Float>(count: filters * poolingLength)
    let panel = Int(ck_layers_best().pointee.panel)
    func packedCount(_ outputs: Int, _ inputs: Int) -> Int {
      (outputs + panel - 1) / panel * panel * (inputs + 1)
    }
    packed = AlignedBuffer<Float>(
      count: max(packedCount(Self.blockSamples, length), packedCount(length, Self.blockSamples)))
  }

  /// Floats of the products of `count` samples.
  func productCount(_ count: Int) -> Int { layer.filters.planes * filters * count }

  /// Takes over the parameters.
  func set(_ values: ModelValues) {
    layer.filters.write(values, into: taps.base)
    layer.windows.write(values, filters: filters, into: windows.base)
  }

  /// y of `count` samples at most a block, `[planes · filters, count]`.
  ///
  /// - Parameter samples: from half a filter before the first of them on.
  func filter(
    _ samples: UnsafePointer<Float>, count: Int, into products: UnsafeMutablePointer<Float>
  ) {
    let kernels = ck_layers_best().pointee
    kernels.dense_pack_rows(samples, 1, count, length, packed.base)
    kernels.dense_product(
      packed.base, count, length, taps.base, layer.filters.planes * filters, 1, false, products)
  }

  /// |y|² of each filter, rows `stride` apart.
  func power(
    _ products: UnsafePointer<Float>, count: Int, into power: UnsafeMutablePointer<Float>, stride: Int
  ) {
    for filter in 0..<filters {
      let (re, to) = (products + filter * count, power + filter * stride)
      if isComplex {
        let im = products + (filters + filter) * count
        for i in 0..<count { to[i] = re[i] * re[i] + im[i] * im[i] }
      } else {
        for i in 0..<count { to[i] = re[i] * re[i] }
      }
    }
  }

  /// The energies of a frame, Σ_n φ_c(n) |y_c(t + n)|².
  ///
  /// - Parameter power: of the first filter at the first sample of the window, those of other filters
  ///   `stride` apart.
  func pool(_ power: UnsafePointer<Float>, stride: Int, into energies: UnsafeMutablePointer<Float>) {
    for filter in 0..<filters {
      let (p, w) = (power + filter * stride, windows.base + filter * poolingLength)
      var sums = SIMD8<Float>()
      var n = 0
      while n + 8 <= poolingLength {
        sums += load8(w + n) * load8(p + n)
        n += 8
      }
      var sum = (sums.lowHalf + sums.highHalf).sum()
      while n < poolingLength {
        sum += w[n] * p[n]
        n += 1
      }
      energies[filter] = sum
    }
  }

  // MARK: Gradients

  /// Adds a frame's share of the gradient with respect to the power, and to the windows if `windowGradient`
  /// is given.
  func poolGradient(
    _ gradient: UnsafePointer<Float>, power: UnsafePointer<Float>,
    powerGradient: UnsafeMutablePointer<Float>, stride: Int, windowGradient: UnsafeMutablePointer<Float>?
  ) {
    for filter in 0..<filters where gradient[filter] != 0 {
      let at = filter * poolingLength
      add(
        gradient[filter], windows.base + at, to: powerGradient + filter * stride, count: poolingLength)
      guard let windowGradient else { continue }
      add(gradient[filter], power + filter * stride, to: windowGradient + at, count: poolingLength)
    }
  }

  /// Turns y into the gradient with respect to it, 2 g y.
  func differentiatePower(
    _ products: UnsafeMutablePointer<Float>, count: Int, powerGradient: UnsafePointer<Float>, stride: Int
  ) {
    for filter in 0..<filters {
      let (re, g) = (products + filter * count, powerGradient + filter * stride)
      for i in 0..<count { re[i] *= 2 * g[i] }
      guard isComplex else { continue }
      let im = products + (filters + filter) * count
      for i in 0..<count { im[i] *= 2 * g[i] }
    }
  }

  /// Adds to the gradient with respect to the taps what follows from that with respect to y.
  ///
  /// - Parameter samples: as in ``filter(_:count:into:)``.
  func addTapGradient(
    _ productGradient: UnsafePointer<Float>, samples: UnsafePointer<Float>, count: Int,
    to tapGradient: UnsafeMutablePointer<Float>
  ) {
    let kernels = ck_layers_best().pointee
    kernels.dense_pack_rows(samples, 1, length, count, packed.base)
    kernels.dense_product(
      packed.base, length, count, productGradient, layer.filters.planes * filters, 1, true, tapGradient)
  }
}
