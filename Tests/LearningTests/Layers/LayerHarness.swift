import Foundations
import Learning
import TestSupport

/// A layer with values, inputs and padding, for the tests of every layer.
struct LayerHarness {
  let layer: any SequenceLayer
  let values: ModelValues
  let shape: SequenceShape
  var step: StepContext
  let input: AlignedBuffer<Float>

  /// Initial values are perturbed by random numbers of `seed`, so that none is 0 or 1.
  init(
    seed: UInt64, shape: SequenceShape, padding: [PaddingRows], isTraining: Bool = true,
    keepsInitialValues: Bool = false, make: (inout ModelDeclaration) -> any SequenceLayer
  ) {
    var declaration = ModelDeclaration(seed: seed)
    layer = make(&declaration)
    values = ModelValues(declaration)
    self.shape = shape
    var random = SplitMix64(seed: seed)
    if !keepsInitialValues {
      for parameter in declaration.parameters {
        for i in 0..<parameter.tensor.count {
          values.parameter(parameter.tensor)[i] += Float.random(in: -0.3...0.3, using: &random)
        }
      }
      for statistic in declaration.statistics {
        for i in 0..<statistic.tensor.count {
          values.statistic(statistic.tensor)[i] += Float.random(in: 0...0.5, using: &random)
        }
      }
    }
    input = AlignedBuffer<Float>(count: shape.totalRows * layer.inputWidth)
    for i in 0..<input.count { input.base[i] = Float.random(in: -1...1, using: &random) }
    step = StepContext(isTraining: isTraining, seed: seed, step: 3, part: 1, padding: padding)
  }

  var inputMatrix: Matrix { Matrix(input.base, rows: shape.totalRows, columns: layer.inputWidth) }

  /// Whether each row of the output is valid.
  var isValidOutput: [Bool] {
    let output = shape.dropping(layer.context)
    return (0..<output.segments).flatMap { s in
      let valid = step.padding[s].dropping(layer.context).validRows(of: output.rows)
      return (0..<output.rows).map { $0 >= valid.lowerBound && $0 < valid.upperBound }
    }
  }

  func forward() -> [Float] {
    let pass = layer.makePass(shape)
    pass.forward(inputMatrix, values: values, step: step)
    return Array(pass.output.values)
  }

  /// A fixed loss in double precision, Σ a·y + b·y² / 2 over valid rows, and its gradient.
  func loss(_ output: [Float], gradient: Matrix? = nil) -> Double {
    var random = SplitMix64(seed: 77)
    var sum = 0.0
    let width = layer.outputWidth
    for (r, isValid) in isValidOutput.enumerated() {
      for c in 0..<width {
        let (a, b) = (Double.random(in: -1...1, using: &random), Double.random(in: -1...1, using: &random))
        let y = Double(output[r * width + c])
        if isValid { sum += a * y + b * y * y / 2 }
        gradient?.row(r)[c] = isValid ? Float(a + b * y) : 0
      }
    }
    return sum
  }

  struct Gradients {
    var parameters: [Float]
    var input: [Float]
  }

  /// The layer's gradients, into memory that is filled with values that would be noticed.
  func gradients() -> Gradients {
    let pass = layer.makePass(shape)
    pass.forward(inputMatrix, values: values, step: step)
    let outputGradient = AlignedBuffer<Float>(count: pass.output.count)
    let upstream = Matrix(outputGradient.base, rows: pass.output.rows, columns: pass.output.columns)
    _ = loss(Array(pass.output.values), gradient: upstream)
    let inputGradient = AlignedBuffer<Float>(count: input.count)
    inputGradient.base.update(repeating: .nan, count: input.count)
    let gradient = AlignedBuffer<Float>(count: values.parameters.count)
    // The layer adds to what is there.
    gradient.base.update(repeating: 0.5, count: gradient.count)
    pass.backward(
      upstream, input: inputMatrix,
      inputGradient: Matrix(inputGradient.base, rows: shape.totalRows, columns: layer.inputWidth),
      values: values, gradient: gradient, step: step)
    pass.addWeightGradients(to: gradient)
    return Gradients(
      parameters: gradient.values.map { $0 - 0.5 }, input: Array(inputGradient.values))
  }

  /// The central difference of the loss with respect to a number in memory.
  func difference(at number: UnsafeMutablePointer<Float>, by distance: Float) -> Double {
    let middle = number.pointee
    number.pointee = middle + distance
    let (after, right) = (loss(forward()), Double(number.pointee))
    number.pointee = middle - distance
    let (before, left) = (loss(forward()), Double(number.pointee))
    number.pointee = middle
    return (after - before) / (right - left)
  }
}
