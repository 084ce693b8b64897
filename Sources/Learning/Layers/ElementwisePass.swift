import Foundations

/// The pass of a function of each element whose derivative follows from its output.
///
/// Source of the loops is a type with static members, so that they are compiled for it.
///
/// In place, the output takes the place of the input, and the gradient by the input that of the gradient by the output.
final class ElementwisePass<Function: ElementwiseFunction>: LayerPass {
  let outputShape: SequenceShape
  private(set) var output: Matrix
  let worksInPlace: Bool
  private let storage: AlignedBuffer<Float>

  init(shape: SequenceShape, width: Int, inPlace: Bool = false) {
    outputShape = shape
    worksInPlace = inPlace
    storage = AlignedBuffer<Float>(count: inPlace ? 0 : shape.totalRows * width)
    output = Matrix(storage.base, rows: inPlace ? 0 : shape.totalRows, columns: width)
  }

  func forward(_ input: Matrix, values: ModelValues, step: StepContext) {
    if worksInPlace { output = input }
    Function.apply(input.base, count: output.count, into: output.base)
  }

  func backward(
    _ outputGradient: Matrix, input: Matrix, inputGradient: Matrix?, values: ModelValues,
    gradient: AlignedBuffer<Float>, step: StepContext
  ) {
    guard let inputGradient else { return }
    Function.differentiate(
      outputGradient.base, output: output.base, count: output.count, into: inputGradient.base)
  }
}

/// A function of a number, for a whole buffer at a time.
protocol ElementwiseFunction {
  static func apply(_ x: UnsafePointer<Float>, count: Int, into y: UnsafeMutablePointer<Float>)

  /// dx = dy · f′, from y = f(x).
  static func differentiate(
    _ dy: UnsafePointer<Float>, output y: UnsafePointer<Float>, count: Int,
    into dx: UnsafeMutablePointer<Float>)
}
