import CKernels
import Foundations
import Learning
import StructuredMaps

/// Power of the outputs of a complex kaleidoscope matrix: |z|², or ln(|z|² + ε), z = K x.
///
/// Rows of `[inputLength]` samples to rows of `[positions.count]`. It is the first layer of a model:
/// samples take no gradient. Source: Dao et al., "Kaleidoscope", ICLR 2020, the speech experiment.
struct KaleidoscopePowerLayer: SequenceLayer {
  let shape: KaleidoscopeShape
  let twiddle: TensorReference
  /// The outputs of the map that are read, in order of the row.
  let positions: [Int]
  /// Whether ln(|z|² + ε) is given.
  let usesLog: Bool

  /// ε of the logarithm, in squared steps of 16 bits.
  static let logOffset: Float = 1

  var inputWidth: Int { shape.inputLength }
  var outputWidth: Int { positions.count }
  var context: FrameContext { FrameContext() }
  var summary: String {
    "\(usesLog ? "log " : "")power of a K-matrix of \(shape.size) points, width \(shape.blockCount / 2)"
  }

  func makePass(_ inputShape: SequenceShape) -> any LayerPass {
    KaleidoscopePowerPass(self, shape: inputShape)
  }

  func makeStream(_ values: ModelValues) -> any LayerStream { LaneStream.make([self], values) }
}

extension KaleidoscopePowerLayer: LaneSourceLayer {
  func makeLaneSource(_ values: ModelValues) -> any LaneSource { KaleidoscopePowerSource(self, values) }
}

/// The frozen layer: the map on a block of rows, and the power of its outputs in place.
private final class KaleidoscopePowerSource: LaneSource {
  private let evaluator: KaleidoscopeEvaluator
  private let power: PowerLanes

  init(_ layer: KaleidoscopePowerLayer, _ values: ModelValues) {
    evaluator = KaleidoscopeEvaluator(
      layer.shape, rows: LaneStream.blockRows, field: .complex, isLearning: false)
    evaluator.setParameters(values.parameter(layer.twiddle))
    power = PowerLanes(layer)
  }

  func accept(_ rows: UnsafePointer<Float>, count: Int) {
    evaluator.forward(rows, count: count, rowStride: evaluator.shape.inputLength)
  }

  func write(_ group: Int, into lanes: UnsafeMutablePointer<Float>) {
    power.write(evaluator.output.tile(group), into: lanes)
  }
}

private final class KaleidoscopePowerPass: LayerPass {
  let outputShape: SequenceShape
  let output: Matrix
  private let storage: AlignedBuffer<Float>
  private let layer: KaleidoscopePowerLayer
  // Its output is kept from forward to backward, where it turns into the gradient: cheaper than a product
  // more.
  private let evaluator: KaleidoscopeEvaluator
  private let power: PowerLanes
  private let lanes: AlignedBuffer<Float>
  private let unread: [Int]

  init(_ layer: KaleidoscopePowerLayer, shape: SequenceShape) {
    self.layer = layer
    outputShape = shape
    storage = AlignedBuffer<Float>(count: shape.totalRows * layer.outputWidth)
    output = Matrix(storage.base, rows: shape.totalRows, columns: layer.outputWidth)
    evaluator = KaleidoscopeEvaluator(layer.shape, rows: shape.totalRows, field: .complex, isLearning: true)
    power = PowerLanes(layer)
    lanes = AlignedBuffer<Float>(count: FrameLanes.count * layer.outputWidth)
    let read = Set(layer.positions)
    unread = (0..<layer.shape.outputLength).filter { !read.contains($0) }
  }

  func forward(_ input: Matrix, values: ModelValues, step: StepContext) {
    evaluator.setParameters(values.parameter(layer.twiddle))
    evaluator.forward(input.base, count: input.rows, rowStride: input.columns)
    forEachGroup { tile, row, count in
      power.write(tile, into: lanes.base)
      FrameLanes.store(lanes.base, count: count, width: output.columns, into: output.row(row))
    }
  }

  func backward(
    _ outputGradient: Matrix, input: Matrix, inputGradient: Matrix?, values: ModelValues,
    gradient: AlignedBuffer<Float>, step: StepContext
  ) {
    precondition(inputGradient == nil, "samples take no gradient")
    for segment in 0..<outputShape.segments {
      outputGradient.clearRows(padding: step.padding[segment], segment: segment, of: outputShape)
    }
    forEachGroup { tile, row, count in
      // Lanes without a row are left with zeros.
      if count < FrameLanes.count { lanes.setAllToZero() }
      FrameLanes.load(
        outputGradient.row(row), rowStride: output.columns, count: count, width: output.columns,
        into: lanes.base)
      power.differentiate(tile, lanes.base)
      for position in unread { (tile + 16 * position).update(repeating: 0, count: 16) }
    }
    evaluator.addParameterGradient(
      input.base, rowStride: input.columns, to: gradient.base + layer.twiddle.offset)
  }

  /// The tiles of the map's output, each with its first row and the number of its rows.
  private func forEachGroup(_ body: (_ tile: UnsafeMutablePointer<Float>, _ row: Int, _ count: Int) -> Void) {
    for group in 0..<evaluator.output.tileCount {
      let row = group * FrameLanes.count
      body(evaluator.output.tile(group), row, min(FrameLanes.count, output.rows - row))
    }
  }
}

extension Matrix {
  /// Sets the rows of a segment outside its utterance to zero: they may hold anything finite, and zero times
  /// its square is not always zero.
  func clearRows(padding: PaddingRows, segment: Int, of shape: SequenceShape) {
    let first = segment * shape.rows
    let valid = padding.validRows(of: shape.rows)
    row(first).update(repeating: 0, count: valid.lowerBound * columns)
    row(first + valid.upperBound).update(repeating: 0, count: (shape.rows - valid.upperBound) * columns)
  }
}

/// Power of the outputs in a complex tile, as lanes.
private struct PowerLanes {
  private let positions: [Int32]
  private let usesLog: Bool

  init(_ layer: KaleidoscopePowerLayer) {
    positions = layer.positions.map { Int32($0) }
    usesLog = layer.usesLog
  }

  /// |z|² or ln(|z|² + ε).
  func write(_ tile: UnsafePointer<Float>, into lanes: UnsafeMutablePointer<Float>) {
    ck_lanes_best().pointee.power(tile, positions, positions.count, lanes)
    guard usesLog else { return }
    let count = FrameLanes.count * positions.count
    for i in 0..<count { lanes[i] += KaleidoscopePowerLayer.logOffset }
    ck_signal_best().pointee.logarithm(lanes, count)
  }

  /// Turns z into the gradient with respect to z: 2 g z, or 2 g z / (|z|² + ε).
  func differentiate(_ tile: UnsafeMutablePointer<Float>, _ gradient: UnsafePointer<Float>) {
    ck_lanes_best().pointee.power_gradient(
      tile, positions, positions.count, gradient, usesLog, KaleidoscopePowerLayer.logOffset)
  }
}
