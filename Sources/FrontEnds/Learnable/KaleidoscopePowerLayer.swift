import CKernels
import Learning
import StructuredMaps

/// Power of the outputs of a complex kaleidoscope matrix: |z|², or ln(|z|² + ε), z = K x.
///
/// Rows of `[inputLength]` samples to rows of `[positions.count]`. It stands first in a model: samples take no gradient.
/// Source: Dao et al., "Kaleidoscope", ICLR 2020, the speech experiment.
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

  func makeStream(_ values: ModelValues) -> any RowStream {
    let runner = MapRunner(shape, rows: RowBlock.rows, field: .complex, isLearning: false)
    runner.setParameters(values.parameter(twiddle))
    let (positions, usesLog, width) = (positions, usesLog, inputWidth)
    return RowwiseStream(inputWidth: width, outputWidth: outputWidth) { rows, count, output in
      RowBlock.forEach(count) { start, count in
        runner.forward(rows + start * width, count: count, rowStride: width)
        PowerRows.store(
          runner.output, positions, usesLog: usesLog, into: output + start * positions.count)
      }
    }
  }
}

/// Frozen layers take rows in blocks, so that their memory is bounded.
enum RowBlock {
  static let rows = 64

  static func forEach(_ count: Int, _ body: (_ start: Int, _ count: Int) -> Void) {
    var start = 0
    while start < count {
      body(start, min(rows, count - start))
      start += rows
    }
  }
}

private final class KaleidoscopePowerPass: LayerPass {
  let outputShape: SequenceShape
  let output: Matrix
  private let storage: FloatStorage
  private let layer: KaleidoscopePowerLayer
  // Its output is kept from forward to backward, where it turns into the gradient: cheaper than a product more.
  private let runner: MapRunner
  private let unread: [Int]

  init(_ layer: KaleidoscopePowerLayer, shape: SequenceShape) {
    self.layer = layer
    outputShape = shape
    storage = FloatStorage(count: shape.totalRows * layer.outputWidth)
    output = Matrix(storage.base, rows: shape.totalRows, columns: layer.outputWidth)
    runner = MapRunner(layer.shape, rows: shape.totalRows, field: .complex, isLearning: true)
    let read = Set(layer.positions)
    unread = (0..<layer.shape.outputLength).filter { !read.contains($0) }
  }

  func forward(_ input: Matrix, values: ModelValues, step: StepContext) {
    runner.setParameters(values.parameter(layer.twiddle))
    runner.forward(input.base, count: input.rows, rowStride: input.columns)
    PowerRows.store(runner.output, layer.positions, usesLog: layer.usesLog, into: output.base)
  }

  func backward(
    _ outputGradient: Matrix, input: Matrix, inputGradient: Matrix?, values: ModelValues,
    gradient: FloatStorage, step: StepContext
  ) {
    precondition(inputGradient == nil, "samples take no gradient")
    for segment in 0..<outputShape.segments {
      outputGradient.clearRows(outside: step.outside[segment], segment: segment, of: outputShape)
    }
    PowerRows.differentiate(
      runner.output, layer.positions, unread: unread, usesLog: layer.usesLog,
      outputGradient: outputGradient.base)
    runner.addParameterGradient(
      input.base, rowStride: input.columns, to: gradient.base + layer.twiddle.offset)
  }
}

extension Matrix {
  /// Sets the rows of a segment to zero that lie outside its utterance: what stands there may be anything finite, and
  /// zero times its square is not always zero.
  func clearRows(outside: OutsideRows, segment: Int, of shape: SequenceShape) {
    let first = segment * shape.rows
    let inside = outside.inside(of: shape.rows)
    row(first).update(repeating: 0, count: inside.lowerBound * columns)
    row(first + inside.upperBound).update(repeating: 0, count: (shape.rows - inside.upperBound) * columns)
  }
}

/// Power between complex tiles, 8 vectors each, and rows.
enum PowerRows {
  typealias Lanes = SIMD8<Float>

  /// Writes |z|² or ln(|z|² + ε) of the outputs at `positions`, `[count, positions.count]`.
  static func store(
    _ z: borrowing VectorBatch<Float>, _ positions: [Int], usesLog: Bool,
    into rows: UnsafeMutablePointer<Float>
  ) {
    let width = positions.count
    positions.withUnsafeBufferPointer { positions in
      for index in 0..<z.tileCount {
        let tile = lanes(z.tile(index))
        let first = rows + index * 8 * width
        let count = min(8, z.count - index * 8)
        if count == 8 {
          for (column, position) in positions.enumerated() {
            let power = squaredMagnitude(tile, position)
            for lane in 0..<8 { first[lane * width + column] = power[lane] }
          }
        } else {
          for (column, position) in positions.enumerated() {
            let power = squaredMagnitude(tile, position)
            for lane in 0..<count { first[lane * width + column] = power[lane] }
          }
        }
      }
    }
    guard usesLog else { return }
    let count = z.count * width
    for i in 0..<count { rows[i] += KaleidoscopePowerLayer.logOffset }
    ck_best().pointee.logarithm(rows, count)
  }

  /// Turns z into the gradient by z: 2 g z, or 2 g z / (|z|² + ε), 0 at the outputs `unread`.
  static func differentiate(
    _ z: borrowing VectorBatch<Float>, _ positions: [Int], unread: [Int], usesLog: Bool,
    outputGradient: UnsafePointer<Float>
  ) {
    let width = positions.count
    let offset = Lanes(repeating: KaleidoscopePowerLayer.logOffset)
    positions.withUnsafeBufferPointer { positions in
      for index in 0..<z.tileCount {
        let tile = lanes(z.tile(index))
        let first = outputGradient + index * 8 * width
        let count = min(8, z.count - index * 8)
        for (column, position) in positions.enumerated() {
          var g = Lanes()
          if count == 8 {
            for lane in 0..<8 { g[lane] = first[lane * width + column] }
          } else {
            for lane in 0..<count { g[lane] = first[lane * width + column] }
          }
          var factor = g + g
          if usesLog { factor /= squaredMagnitude(tile, position) + offset }
          tile[2 * position] *= factor
          tile[2 * position + 1] *= factor
        }
        for position in unread {
          tile[2 * position] = Lanes()
          tile[2 * position + 1] = Lanes()
        }
      }
    }
  }

  @inline(__always)
  private static func squaredMagnitude(_ tile: UnsafeMutablePointer<Lanes>, _ position: Int) -> Lanes {
    let (re, im) = (tile[2 * position], tile[2 * position + 1])
    return re * re + im * im
  }

  @inline(__always)
  private static func lanes(_ tile: UnsafeMutablePointer<Float>) -> UnsafeMutablePointer<Lanes> {
    UnsafeMutableRawPointer(tile).assumingMemoryBound(to: Lanes.self)
  }
}
