import Foundations
import Learning

/// W times each patch of the plane of bands and time coefficients, one W for all.
///
/// Rows of `[coefficients][bands]` to rows of `[positions][W's rows]`. It comes after layers that learn
/// nothing: its input takes no gradient.
struct PatchLayer: SequenceLayer {
  let matrix: PatchMatrix

  private var geometry: PatchGeometry { matrix.geometry }
  var inputWidth: Int { geometry.width }
  var outputWidth: Int { geometry.positions * matrix.rows }
  var context: FrameContext { FrameContext() }
  var isLearned: Bool { !matrix.tensors.isEmpty }
  var summary: String { "\(matrix.summary) on \(geometry.positions) patches" }

  func makePass(_ inputShape: SequenceShape) -> any LayerPass { PatchPass(self, shape: inputShape) }

  func makeStream(_ values: ModelValues) -> any LayerStream {
    let weights = PatchWeights(matrix, isLearning: false)
    weights.set(values)
    let packed = PackedWeights(
      weights: weights.weights, bias: nil, inputs: geometry.points, outputs: matrix.rows)
    let geometry = geometry
    let patches = AlignedBuffer<Float>(count: RowBlock.rows * geometry.positions * geometry.points)
    let (inputWidth, outputWidth) = (inputWidth, outputWidth)
    return RowwiseStream(inputWidth: inputWidth, outputWidth: outputWidth) { rows, count, output in
      RowBlock.forEach(count) { start, count in
        for row in 0..<count {
          geometry.gather(
            rows + (start + row) * inputWidth, into: patches.base + row * geometry.positions * geometry.points
          )
        }
        packed.apply(patches.base, count: count * geometry.positions, into: output + start * outputWidth)
      }
    }
  }
}

private final class PatchPass: LayerPass {
  let outputShape: SequenceShape
  let output: Matrix
  private let geometry: PatchGeometry
  private let rows: Int
  private let storage: AlignedBuffer<Float>
  /// `[rows, positions, points]`.
  private let patches: AlignedBuffer<Float>
  private let weights: PatchWeights
  private let product = MatrixProduct()

  init(_ layer: PatchLayer, shape: SequenceShape) {
    geometry = layer.matrix.geometry
    rows = layer.matrix.rows
    outputShape = shape
    storage = AlignedBuffer<Float>(count: shape.totalRows * layer.outputWidth)
    output = Matrix(storage.base, rows: shape.totalRows, columns: layer.outputWidth)
    patches = AlignedBuffer<Float>(count: shape.totalRows * geometry.positions * geometry.points)
    weights = PatchWeights(layer.matrix, isLearning: true)
  }

  func forward(_ input: Matrix, values: ModelValues, step: StepContext) {
    weights.set(values)
    for row in 0..<input.rows {
      geometry.gather(input.row(row), into: patches.base + row * geometry.positions * geometry.points)
    }
    product.multiply(
      .init(patches.base), .init(weights.weights, isTransposed: true), into: output.base,
      rows: input.rows * geometry.positions, columns: rows, inner: geometry.points, isAdding: false)
  }

  func backward(
    _ outputGradient: Matrix, input: Matrix, inputGradient: Matrix?, values: ModelValues,
    gradient: AlignedBuffer<Float>, step: StepContext
  ) {
    precondition(inputGradient == nil, "patches take no gradient")
    for segment in 0..<outputShape.segments {
      outputGradient.clearRows(padding: step.padding[segment], segment: segment, of: outputShape)
    }
    product.multiply(
      .init(outputGradient.base, isTransposed: true), .init(patches.base), into: weights.gradient, rows: rows,
      columns: geometry.points, inner: input.rows * geometry.positions, isAdding: false)
    weights.addGradient(values, to: gradient)
  }
}
