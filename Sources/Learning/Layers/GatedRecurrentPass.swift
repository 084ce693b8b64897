/// A gated recurrent unit over segments: the inputs of all rows in one product, then row after row, all segments in one
/// product each.
final class GatedRecurrentPass: LayerPass {
  let outputShape: SequenceShape
  let output: Matrix
  private let storage: FloatStorage
  private let directions: [RecurrentDirectionPass]

  init(_ layer: GatedRecurrentUnit, shape: SequenceShape) {
    outputShape = shape.dropping(layer.context)
    storage = FloatStorage(count: outputShape.totalRows * layer.outputWidth)
    output = Matrix(storage.base, rows: outputShape.totalRows, columns: layer.outputWidth)
    directions = layer.directions.indices.map { RecurrentDirectionPass(layer, index: $0, shape: shape) }
  }

  func forward(_ input: Matrix, values: ModelValues, step: StepContext) {
    for direction in directions { direction.forward(input, values: values, step: step, output: output) }
  }

  func backward(
    _ outputGradient: Matrix, input: Matrix, inputGradient: Matrix?, values: ModelValues,
    gradient: FloatStorage, step: StepContext
  ) {
    for (i, direction) in directions.enumerated() {
      direction.backward(
        outputGradient, input: input, inputGradient: inputGradient, isAdding: i > 0, values: values,
        gradient: gradient, step: step)
    }
  }
}

/// One direction of it.
///
/// Matrices are `[segments · rows, …]`, as the input.
private final class RecurrentDirectionPass {
  private let direction: GatedRecurrentUnit.Direction
  private let shape: SequenceShape
  private let context: FrameContext
  private let inputs: Int
  private let hidden: Int
  // Columns of the output before this direction's.
  private let column: Int
  // r, z, n; in the backward pass the gradients of what σ, σ and tanh were applied to.
  private let gates: FloatStorage
  // W_hn h + b_hn; in the backward pass its gradient.
  private let candidates: FloatStorage
  // The state that each row began with.
  private let states: FloatStorage
  // [segments, 3 · hidden] and [segments, hidden] of the row at hand.
  private let recurrent: FloatStorage
  private let stateGradient: FloatStorage

  init(_ layer: GatedRecurrentUnit, index: Int, shape: SequenceShape) {
    direction = layer.directions[index]
    self.shape = shape
    context = layer.context
    inputs = layer.inputWidth
    hidden = layer.hiddenWidth
    column = index * layer.hiddenWidth
    gates = FloatStorage(count: shape.totalRows * 3 * hidden)
    candidates = FloatStorage(count: shape.totalRows * hidden)
    states = FloatStorage(count: shape.totalRows * hidden)
    recurrent = FloatStorage(count: shape.segments * 3 * hidden)
    stateGradient = FloatStorage(count: shape.segments * hidden)
  }

  // Rows of a segment that are run: context on the far side is of no use.
  private var run: Range<Int> {
    direction.isReversed ? context.left..<shape.rows : 0..<(shape.rows - context.right)
  }

  // The k-th row that is run, from the direction's start on.
  private func row(_ k: Int) -> Int { direction.isReversed ? run.upperBound - 1 - k : run.lowerBound + k }

  private func isInside(_ row: Int, _ outside: OutsideRows) -> Bool {
    row >= outside.leading && row < shape.rows - outside.trailing
  }

  // Row of the output that an input row stands for.
  private func outputRow(_ segment: Int, _ row: Int) -> Int? {
    let rows = shape.rows - context.rows
    let r = row - context.left
    return r >= 0 && r < rows ? segment * rows + r : nil
  }

  func forward(_ input: Matrix, values: ModelValues, step: StepContext, output: Matrix) {
    let (rows, width) = (shape.rows, hidden)
    let inputBias = values.parameter(direction.inputBias)
    for r in 0..<shape.totalRows { (gates.base + r * 3 * width).update(from: inputBias, count: 3 * width) }
    MatrixProduct.multiply(
      .init(input.base, stride: inputs),
      .init(values.parameter(direction.inputWeight), stride: inputs, isTransposed: true),
      into: gates.base, stride: 3 * width, rows: shape.totalRows, columns: 3 * width, inner: inputs,
      isAdding: true)
    for s in 0..<shape.segments {
      (states.base + (s * rows + row(0)) * width).update(repeating: 0, count: width)
    }
    for k in 0..<run.count {
      let t = row(k)
      project(states.base + t * width, values)
      for s in 0..<shape.segments {
        advance(s, k, isInside: isInside(t, step.outside[s]), output: output)
      }
    }
  }

  // W_h h + b_h of a row of all segments.
  private func project(_ states: UnsafePointer<Float>, _ values: ModelValues) {
    let bias = values.parameter(direction.recurrentBias)
    for s in 0..<shape.segments {
      (recurrent.base + s * 3 * hidden).update(from: bias, count: 3 * hidden)
    }
    MatrixProduct.multiply(
      .init(states, stride: shape.rows * hidden),
      .init(values.parameter(direction.recurrentWeight), stride: hidden, isTransposed: true),
      into: recurrent.base, stride: 3 * hidden, rows: shape.segments, columns: 3 * hidden, inner: hidden,
      isAdding: true)
  }

  private func advance(_ segment: Int, _ k: Int, isInside: Bool, output: Matrix) {
    let (width, t) = (hidden, row(k))
    let index = segment * shape.rows + t
    let target = outputRow(segment, t).map { output.row($0) + column }
    let next = k + 1 < run.count ? states.base + (segment * shape.rows + row(k + 1)) * width : nil
    guard isInside else {
      next?.update(repeating: 0, count: width)
      target?.update(repeating: 0, count: width)
      return
    }
    let recurrent = recurrent.base + segment * 3 * width
    (candidates.base + index * width).update(from: recurrent + 2 * width, count: width)
    // The last row's state may have no place of its own; its share of the products has been used by now.
    let place = next ?? target ?? recurrent
    GatedRecurrentStep.advance(
      gates: gates.base + index * 3 * width, recurrent: recurrent, state: states.base + index * width,
      width: width, next: place)
    if let target, target != place { target.update(from: place, count: width) }
  }

  func backward(
    _ outputGradient: Matrix, input: Matrix, inputGradient: Matrix?, isAdding: Bool, values: ModelValues,
    gradient: FloatStorage, step: StepContext
  ) {
    let (width, rows) = (hidden, shape.rows)
    stateGradient.setAllToZero()
    for s in 0..<shape.segments {
      for t in 0..<rows where !run.contains(t) { clear(s * rows + t) }
    }
    let recurrentWeight = values.parameter(direction.recurrentWeight)
    for k in (0..<run.count).reversed() {
      let t = row(k)
      for s in 0..<shape.segments {
        if isInside(t, step.outside[s]) {
          differentiate(s, t, outputGradient)
        } else {
          clear(s * rows + t)
          (stateGradient.base + s * width).update(repeating: 0, count: width)
        }
      }
      MatrixProduct.multiply(
        .init(gates.base + t * 3 * width, stride: rows * 3 * width), .init(recurrentWeight, stride: width),
        into: stateGradient.base, stride: width, rows: shape.segments, columns: width, inner: 2 * width,
        isAdding: true)
      MatrixProduct.multiply(
        .init(candidates.base + t * width, stride: rows * width),
        .init(recurrentWeight + 2 * width * width, stride: width),
        into: stateGradient.base, stride: width, rows: shape.segments, columns: width, inner: width,
        isAdding: true)
    }
    addParameterGradients(input, gradient)
    guard let inputGradient else { return }
    MatrixProduct.multiply(
      .init(gates.base, stride: 3 * width), .init(values.parameter(direction.inputWeight), stride: inputs),
      into: inputGradient.base, stride: inputs, rows: shape.totalRows, columns: inputs, inner: 3 * width,
      isAdding: isAdding)
  }

  private func clear(_ index: Int) {
    (gates.base + index * 3 * hidden).update(repeating: 0, count: 3 * hidden)
    (candidates.base + index * hidden).update(repeating: 0, count: hidden)
  }

  // From dh′ to the gradients of the gates' arguments, and dh as far as it does not go through the products.
  private func differentiate(_ segment: Int, _ t: Int, _ outputGradient: Matrix) {
    let width = hidden
    let index = segment * shape.rows + t
    let dState = stateGradient.base + segment * width
    if let r = outputRow(segment, t) {
      let upstream = outputGradient.row(r) + column
      for i in 0..<width { dState[i] += upstream[i] }
    }
    let (reset, update) = (gates.base + index * 3 * width, gates.base + index * 3 * width + width)
    let (candidate, product) = (update + width, candidates.base + index * width)
    let state = states.base + index * width
    for i in 0..<width {
      let (r, z, n, dh) = (reset[i], update[i], candidate[i], dState[i])
      let dCandidate = dh * (1 - z) * (1 - n * n)
      reset[i] = dCandidate * product[i] * (r * (1 - r))
      update[i] = dh * (state[i] - n) * (z * (1 - z))
      candidate[i] = dCandidate
      product[i] = dCandidate * r
      dState[i] = dh * z
    }
  }

  private func addParameterGradients(_ input: Matrix, _ gradient: FloatStorage) {
    let (width, rows) = (hidden, shape.totalRows)
    MatrixProduct.multiply(
      .init(gates.base, stride: 3 * width, isTransposed: true), .init(input.base, stride: inputs),
      into: gradient.base + direction.inputWeight.offset, stride: inputs, rows: 3 * width, columns: inputs,
      inner: rows, isAdding: true)
    let recurrentWeight = gradient.base + direction.recurrentWeight.offset
    MatrixProduct.multiply(
      .init(gates.base, stride: 3 * width, isTransposed: true), .init(states.base, stride: width),
      into: recurrentWeight, stride: width, rows: 2 * width, columns: width, inner: rows, isAdding: true)
    MatrixProduct.multiply(
      .init(candidates.base, stride: width, isTransposed: true), .init(states.base, stride: width),
      into: recurrentWeight + 2 * width * width, stride: width, rows: width, columns: width, inner: rows,
      isAdding: true)
    let (inputBias, recurrentBias) = (
      gradient.base + direction.inputBias.offset, gradient.base + direction.recurrentBias.offset
    )
    for r in 0..<rows {
      let (gates, candidates) = (gates.base + r * 3 * width, candidates.base + r * width)
      for i in 0..<(3 * width) { inputBias[i] += gates[i] }
      for i in 0..<(2 * width) { recurrentBias[i] += gates[i] }
      for i in 0..<width { recurrentBias[2 * width + i] += candidates[i] }
    }
  }
}
