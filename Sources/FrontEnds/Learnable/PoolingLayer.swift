import Learning
import Signal

/// Which points of the spectrum each band may use, and where their weights lie: one band after the other, no gaps.
struct PoolingBands: Sendable {
  struct Band: Sendable {
    let firstPoint: Int
    let width: Int
    /// Place of the first weight.
    let offset: Int
  }

  let bands: [Band]
  /// Points of a spectrum.
  let points: Int
  /// The mel filters' weights, zero beside them.
  let initialWeights: [Float]

  /// Bands that reach `reach` points beyond each filter, from point 0 to the Nyquist point.
  init(_ mel: MelWeights, reach: Int) {
    points = mel.points + 1
    var bands: [Band] = []
    var weights: [Float] = []
    for triangle in mel.triangles {
      let first = max(0, triangle.firstPoint - reach)
      let end = min(points, triangle.firstPoint + triangle.weights.count + reach)
      bands.append(Band(firstPoint: first, width: end - first, offset: weights.count))
      var band = [Float](repeating: 0, count: end - first)
      for (i, weight) in triangle.weights.enumerated() {
        band[triangle.firstPoint - first + i] = Float(weight)
      }
      weights += band
    }
    self.bands = bands
    initialWeights = weights
  }

  var weightCount: Int { initialWeights.count }
}

/// E_b = Σ_k w_bk p_k over the points of each band, w ≥ 0: a mel filter bank that is learnt.
///
/// Rows of `[points]` to rows of `[bands]`.
struct PoolingLayer: SequenceLayer {
  let bands: PoolingBands
  /// `[weightCount]`, band after band.
  let weights: TensorReference

  var inputWidth: Int { bands.points }
  var outputWidth: Int { bands.bands.count }
  var context: FrameContext { FrameContext() }
  var summary: String { "pooling into \(outputWidth) bands" }

  func makePass(_ inputShape: SequenceShape) -> any LayerPass { PoolingPass(self, shape: inputShape) }

  func makeStream(_ values: ModelValues) -> any Learning.RowStream {
    let (bands, weights) = (bands, weights)
    return RowwiseStream(inputWidth: inputWidth, outputWidth: outputWidth) { rows, count, output in
      PoolingKernel.forward(bands, values.parameter(weights), rows, count, into: output)
    }
  }

  /// No weight below zero.
  func project(_ values: ModelValues) {
    let w = values.parameter(weights)
    for i in 0..<weights.count where w[i] < 0 { w[i] = 0 }
  }
}

private final class PoolingPass: LayerPass {
  let outputShape: SequenceShape
  let output: Matrix
  private let storage: FloatStorage
  private let layer: PoolingLayer

  init(_ layer: PoolingLayer, shape: SequenceShape) {
    self.layer = layer
    outputShape = shape
    storage = FloatStorage(count: shape.totalRows * layer.outputWidth)
    output = Matrix(storage.base, rows: shape.totalRows, columns: layer.outputWidth)
  }

  func forward(_ input: Matrix, values: ModelValues, step: StepContext) {
    PoolingKernel.forward(
      layer.bands, values.parameter(layer.weights), input.base, input.rows, into: output.base)
  }

  func backward(
    _ outputGradient: Matrix, input: Matrix, inputGradient: Matrix?, values: ModelValues,
    gradient: FloatStorage, step: StepContext
  ) {
    for segment in 0..<outputShape.segments {
      outputGradient.clearRows(outside: step.outside[segment], segment: segment, of: outputShape)
    }
    PoolingKernel.backward(
      layer.bands, values.parameter(layer.weights), input.base, outputGradient.base, input.rows,
      gradient: gradient.base + layer.weights.offset, inputGradient: inputGradient?.base)
  }
}

enum PoolingKernel {
  /// A band's sum runs over eight partial sums, points in order, then over what is left of it.
  static func forward(
    _ bands: PoolingBands, _ weights: UnsafePointer<Float>, _ rows: UnsafePointer<Float>, _ count: Int,
    into output: UnsafeMutablePointer<Float>
  ) {
    let points = bands.points
    bands.bands.withUnsafeBufferPointer { bands in
      for row in 0..<count {
        let spectrum = rows + row * points
        let energies = output + row * bands.count
        for (b, band) in bands.enumerated() {
          let p = spectrum + band.firstPoint
          let w = weights + band.offset
          var sums = SIMD8<Float>()
          var i = 0
          while i + 8 <= band.width {
            sums += load8(w + i) * load8(p + i)
            i += 8
          }
          var sum = laneSum(sums)
          while i < band.width {
            sum += w[i] * p[i]
            i += 1
          }
          energies[b] = sum
        }
      }
    }
  }

  static func backward(
    _ bands: PoolingBands, _ weights: UnsafePointer<Float>, _ rows: UnsafePointer<Float>,
    _ outputGradient: UnsafePointer<Float>, _ count: Int, gradient: UnsafeMutablePointer<Float>,
    inputGradient: UnsafeMutablePointer<Float>?
  ) {
    let points = bands.points
    bands.bands.withUnsafeBufferPointer { bands in
      for row in 0..<count {
        let spectrum = rows + row * points
        let spectrumGradient = inputGradient.map { $0 + row * points }
        spectrumGradient?.update(repeating: 0, count: points)
        for (b, band) in bands.enumerated() {
          let g = outputGradient[row * bands.count + b]
          if g == 0 { continue }
          add(g, spectrum + band.firstPoint, to: gradient + band.offset, count: band.width)
          if let spectrumGradient {
            add(g, weights + band.offset, to: spectrumGradient + band.firstPoint, count: band.width)
          }
        }
      }
    }
  }

  /// y += g x.
  @inline(__always)
  private static func add(
    _ g: Float, _ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>, count: Int
  ) {
    var i = 0
    while i + 8 <= count {
      store8(load8(y + i) + g * load8(x + i), y + i)
      i += 8
    }
    while i < count {
      y[i] += g * x[i]
      i += 1
    }
  }
}
