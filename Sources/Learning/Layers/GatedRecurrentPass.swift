import Foundations

/// A gated recurrent unit over segments: one product for the inputs of all rows, then one for each row of all
/// segments.
final class GatedRecurrentPass: LayerPass {
  let outputShape: SequenceShape
  let output: Matrix
  let weightGradients: [WeightGradient]
  private let storage: AlignedBuffer<Float>
  private let directions: [RecurrentDirectionPass]

  init(_ layer: GatedRecurrentUnit, shape: SequenceShape) {
    outputShape = shape.dropping(layer.context)
    storage = AlignedBuffer<Float>(count: outputShape.totalRows * layer.outputWidth)
    output = Matrix(storage.base, rows: outputShape.totalRows, columns: layer.outputWidth)
    directions = layer.directions.indices.map { RecurrentDirectionPass(layer, index: $0, shape: shape) }
    weightGradients = directions.flatMap(\.weightGradients)
  }

  func forward(_ input: Matrix, values: ModelValues, step: StepContext) {
    for direction in directions { direction.forward(input, values: values, step: step, output: output) }
  }

  func backward(
    _ outputGradient: Matrix, input: Matrix, inputGradient: Matrix?, values: ModelValues,
    gradient: AlignedBuffer<Float>, step: StepContext
  ) {
    for (i, direction) in directions.enumerated() {
      direction.backward(
        outputGradient, input: input, inputGradient: inputGradient, isAdding: i > 0, values: values,
        gradient: gradient, step: step)
    }
  }
}

/// One direction of the unit.
///
/// Matrices are `[segments · rows, …]`, like the input.
private final class RecurrentDirectionPass {
  private let direction: GatedRecurrentUnit.Direction
  private let shape: SequenceShape
  private let context: FrameContext
  private let inputs: Int
  private let hidden: Int
  // The first column of the output that this direction writes.
  private let column: Int
  // r, z, n; after backward, the gradients with respect to the arguments of σ, σ and tanh.
  private let gates: AlignedBuffer<Float>
  // W_hn h + b_hn; after backward, the gradient with respect to it.
  private let candidates: AlignedBuffer<Float>
  // The state before each row.
  private let states: AlignedBuffer<Float>
  // For the current row, [segments, …]: states, W_h h + b_h or its gradient, and the gradient of the states.
  private let state: AlignedBuffer<Float>
  private let recurrent: AlignedBuffer<Float>
  private let stateGradient: AlignedBuffer<Float>
  private var inputWeights: PassWeights
  private var recurrentWeights: PassWeights
  private let inputGradient: WeightGradient
  private let recurrentGradient: WeightGradient

  var weightGradients: [WeightGradient] { [inputGradient, recurrentGradient] }

  init(_ layer: GatedRecurrentUnit, index: Int, shape: SequenceShape) {
    direction = layer.directions[index]
    self.shape = shape
    context = layer.context
    inputs = layer.inputWidth
    hidden = layer.hiddenWidth
    column = index * layer.hiddenWidth
    gates = AlignedBuffer<Float>(count: shape.totalRows * 3 * hidden)
    candidates = AlignedBuffer<Float>(count: shape.totalRows * hidden)
    states = AlignedBuffer<Float>(count: shape.totalRows * hidden)
    state = AlignedBuffer<Float>(count: shape.segments * hidden)
    recurrent = AlignedBuffer<Float>(count: shape.segments * 3 * hidden)
    stateGradient = AlignedBuffer<Float>(count: shape.segments * hidden)
    inputWeights = PassWeights(direction.inputMap)
    recurrentWeights = PassWeights(direction.recurrentMap)
    inputGradient = WeightGradient(direction.inputWeight, rows: shape.totalRows)
    recurrentGradient = WeightGradient(direction.recurrentWeight, rows: shape.totalRows)
  }

  // The rows that are computed: context after the last output row is of no use.
  private var computedRows: Range<Int> {
    direction.isReversed ? context.left..<shape.rows : 0..<(shape.rows - context.right)
  }

  // The k-th computed row in the order of the direction.
  private func row(_ k: Int) -> Int {
    direction.isReversed ? computedRows.upperBound - 1 - k : computedRows.lowerBound + k
  }

  private func isValid(_ row: Int, _ padding: PaddingRows) -> Bool {
    row >= padding.leading && row < shape.rows - padding.trailing
  }

  // The row of the output for an input row; nil for a row of context.
  private func outputRow(_ segment: Int, _ row: Int) -> Int? {
    let rows = shape.rows - context.rows
    let r = row - context.left
    return r >= 0 && r < rows ? segment * rows + r : nil
  }

  func forward(_ input: Matrix, values: ModelValues, step: StepContext, output: Matrix) {
    let (rows, width) = (shape.rows, hidden)
    inputWeights.begin(values, step).apply(input.base, count: shape.totalRows, into: gates.base)
    let weights = recurrentWeights.begin(values, step)
    state.setAllToZero()
    for k in 0..<computedRows.count {
      let t = row(k)
      for s in 0..<shape.segments {
        (states.base + (s * rows + t) * width).update(from: state.base + s * width, count: width)
      }
      weights.apply(state.base, count: shape.segments, into: recurrent.base)
      for s in 0..<shape.segments {
        advance(s, t, isValid: isValid(t, step.padding[s]), output: output)
      }
    }
  }

  private func advance(_ segment: Int, _ t: Int, isValid: Bool, output: Matrix) {
    let width = hidden
    let index = segment * shape.rows + t
    let state = state.base + segment * width
    if isValid {
      let recurrent = recurrent.base + segment * 3 * width
      (candidates.base + index * width).update(from: recurrent + 2 * width, count: width)
      GatedRecurrentStep.advance(
        gates: gates.base + index * 3 * width, recurrent: recurrent, state: state, width: width, next: state)
    } else {
      state.update(repeating: 0, count: width)
    }
    if let r = outputRow(segment, t) { (output.row(r) + column).update(from: state, count: width) }
  }

  func backward(
    _ outputGradient: Matrix, input: Matrix, inputGradient: Matrix?, isAdding: Bool, values: ModelValues,
    gradient: AlignedBuffer<Float>, step: StepContext
  ) {
    let (width, rows) = (hidden, shape.rows)
    stateGradient.setAllToZero()
    for s in 0..<shape.segments {
      for t in 0..<rows where !computedRows.contains(t) { clear(s * rows + t) }
    }
    let weights = recurrentWeights.resume(step)
    for k in (0..<computedRows.count).reversed() {
      let t = row(k)
      for s in 0..<shape.segments {
        let recurrent = recurrent.base + s * 3 * width
        if isValid(t, step.padding[s]) {
          differentiate(s, t, outputGradient)
          let index = s * rows + t
          recurrent.update(from: gates.base + index * 3 * width, count: 2 * width)
          (recurrent + 2 * width).update(from: candidates.base + index * width, count: width)
        } else {
          clear(s * rows + t)
          (stateGradient.base + s * width).update(repeating: 0, count: width)
          recurrent.update(repeating: 0, count: 3 * width)
        }
      }
      weights.applyTransposed(
        recurrent.base, count: shape.segments, into: stateGradient.base, isAdding: true)
    }
    prepareWeightGradients(input)
    addBiasGradients(gradient)
    guard let inputGradient else { return }
    inputWeights.resume(step).applyTransposed(
      gates.base, count: shape.totalRows, into: inputGradient.base, isAdding: isAdding)
  }

  private func clear(_ index: Int) {
    (gates.base + index * 3 * hidden).update(repeating: 0, count: 3 * hidden)
    (candidates.base + index * hidden).update(repeating: 0, count: hidden)
  }

  // From dh′ to the gradients of the gates' arguments, and to the part of dh that bypasses the products.
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

  private func prepareWeightGradients(_ input: Matrix) {
    let width = hidden
    inputGradient.setInputs(input.base)
    inputGradient.setOutputGradients(gates.base, stride: 3 * width, columns: 3 * width)
    recurrentGradient.setInputs(states.base)
    recurrentGradient.setOutputGradients(gates.base, stride: 3 * width, columns: 2 * width)
    recurrentGradient.setOutputGradients(
      candidates.base, stride: width, columns: width, firstOutput: 2 * width)
  }

  private func addBiasGradients(_ gradient: AlignedBuffer<Float>) {
    let width = hidden
    let (inputBias, recurrentBias) = (
      gradient.base + direction.inputBias.offset, gradient.base + direction.recurrentBias.offset
    )
    for r in 0..<shape.totalRows {
      let (gates, candidates) = (gates.base + r * 3 * width, candidates.base + r * width)
      for i in 0..<(3 * width) { inputBias[i] += gates[i] }
      for i in 0..<(2 * width) { recurrentBias[i] += gates[i] }
      for i in 0..<width { recurrentBias[2 * width + i] += candidates[i] }
    }
  }
}
