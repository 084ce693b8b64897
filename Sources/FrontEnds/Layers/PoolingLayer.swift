import CKernels
import Foundations
import Learning
import Signal

/// The points of the spectrum that each band may use, and the offsets of their weights: band after band,
/// without gaps.
struct PoolingBands: Sendable {
  struct Band: Sendable {
    let firstPoint: Int
    let width: Int
    /// Offset of the first weight.
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

/// E_b = Σ_k w_bk p_k over the points of each band, w ≥ 0: a mel filter bank that is learned.
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

  func makeStream(_ values: ModelValues) -> any LayerStream { LaneStream.make([self], values) }

  /// No weight below zero.
  func project(_ values: ModelValues) {
    let w = values.parameter(weights)
    for i in 0..<weights.count where w[i] < 0 { w[i] = 0 }
  }
}

extension PoolingLayer: LaneLayer {
  func makeLaneStage(_ values: ModelValues) -> any LaneStage { PoolingStage(self, values) }
}

private final class PoolingStage: LaneStage {
  private let kernel: PoolingKernel
  private let values: ModelValues
  private let weights: TensorReference

  init(_ layer: PoolingLayer, _ values: ModelValues) {
    kernel = PoolingKernel(layer.bands)
    self.values = values
    weights = layer.weights
  }

  func apply(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>) {
    kernel.forward(values.parameter(weights), x, into: y)
  }
}

private final class PoolingPass: LayerPass {
  let outputShape: SequenceShape
  let output: Matrix
  private let storage: AlignedBuffer<Float>
  private let layer: PoolingLayer
  private let kernel: PoolingKernel
  // Eight rows of input and output at a time.
  private let inputLanes, outputLanes: AlignedBuffer<Float>

  init(_ layer: PoolingLayer, shape: SequenceShape) {
    self.layer = layer
    kernel = PoolingKernel(layer.bands)
    inputLanes = AlignedBuffer<Float>(count: FrameLanes.count * layer.inputWidth)
    outputLanes = AlignedBuffer<Float>(count: FrameLanes.count * layer.outputWidth)
    outputShape = shape
    storage = AlignedBuffer<Float>(count: shape.totalRows * layer.outputWidth)
    output = Matrix(storage.base, rows: shape.totalRows, columns: layer.outputWidth)
  }

  func forward(_ input: Matrix, values: ModelValues, step: StepContext) {
    let weights = values.parameter(layer.weights)
    var row = 0
    while row < input.rows {
      let count = min(FrameLanes.count, input.rows - row)
      FrameLanes.load(
        input.row(row), rowStride: input.columns, count: count, width: input.columns, into: inputLanes.base)
      kernel.forward(weights, inputLanes.base, into: outputLanes.base)
      FrameLanes.store(outputLanes.base, count: count, width: output.columns, into: output.row(row))
      row += count
    }
  }

  func backward(
    _ outputGradient: Matrix, input: Matrix, inputGradient: Matrix?, values: ModelValues,
    gradient: AlignedBuffer<Float>, step: StepContext
  ) {
    for segment in 0..<outputShape.segments {
      outputGradient.clearRows(padding: step.padding[segment], segment: segment, of: outputShape)
    }
    kernel.backward(
      values.parameter(layer.weights), input.base, outputGradient.base, input.rows,
      gradient: gradient.base + layer.weights.offset, inputGradient: inputGradient?.base)
  }
}

struct PoolingKernel: Sendable {
  private let points: Int
  private let bands: [ck_band]

  init(_ bands: PoolingBands) {
    points = bands.points
    self.bands = bands.bands.map {
      ck_band(first_point: Int32($0.firstPoint), width: Int32($0.width), offset: Int32($0.offset))
    }
  }

  /// The energies of eight frames side by side.
  func forward(
    _ weights: UnsafePointer<Float>, _ power: UnsafePointer<Float>, into energies: UnsafeMutablePointer<Float>
  ) { ck_lanes_best().pointee.pool(bands, bands.count, weights, power, energies) }

  /// Adds to the gradient with respect to the weights, and writes that with respect to `rows`.
  func backward(
    _ weights: UnsafePointer<Float>, _ rows: UnsafePointer<Float>, _ outputGradient: UnsafePointer<Float>,
    _ count: Int, gradient: UnsafeMutablePointer<Float>,
    inputGradient: UnsafeMutablePointer<Float>?
  ) {
    bands.withUnsafeBufferPointer { bands in
      for row in 0..<count {
        let spectrum = rows + row * points
        let spectrumGradient = inputGradient.map { $0 + row * points }
        spectrumGradient?.update(repeating: 0, count: points)
        for (b, band) in bands.enumerated() {
          let g = outputGradient[row * bands.count + b]
          if g == 0 { continue }
          let (first, offset, width) = (Int(band.first_point), Int(band.offset), Int(band.width))
          add(g, spectrum + first, to: gradient + offset, count: width)
          if let spectrumGradient {
            add(g, weights + offset, to: spectrumGradient + first, count: width)
          }
        }
      }
    }
  }
}
