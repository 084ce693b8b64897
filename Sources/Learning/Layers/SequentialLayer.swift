import Foundations

/// A sequence of layers as one layer, whose context is the sum of theirs.
package struct SequentialLayer: SequenceLayer {
  package let layers: [any SequenceLayer]
  package let inputWidth: Int
  package let outputWidth: Int
  package let context: FrameContext

  package var summary: String { layers.map(\.summary).joined(separator: "; ") }
  package var isLearned: Bool { layers.contains { $0.isLearned } }

  /// - Parameter layers: at least one; each takes rows of the width that the one before writes.
  package init(_ layers: [any SequenceLayer]) {
    precondition(!layers.isEmpty, "a sequence of no layers")
    for (before, after) in zip(layers, layers.dropFirst()) {
      precondition(
        before.outputWidth == after.inputWidth,
        "\(before.summary) gives \(before.outputWidth), \(after.summary) takes \(after.inputWidth)")
    }
    self.layers = layers
    inputWidth = layers[0].inputWidth
    outputWidth = layers[layers.count - 1].outputWidth
    context = layers.reduce(FrameContext()) { $0 + $1.context }
  }

  package var weightMaps: [WeightMap] { layers.flatMap(\.weightMaps) }

  package func makePass(_ inputShape: SequenceShape) -> any LayerPass {
    SequentialPass(self, shape: inputShape)
  }

  package func makeStream(_ values: ModelValues) -> any LayerStream {
    SequentialStream(layers.map { $0.makeStream(values) })
  }

  package func project(_ values: ModelValues) {
    for layer in layers { layer.project(values) }
  }
}

private final class SequentialPass: LayerPass {
  let outputShape: SequenceShape
  var output: Matrix { passes[passes.count - 1].output }
  let weightGradients: [WeightGradient]
  private let passes: [any LayerPass]
  private let contexts: [FrameContext]
  // The first layer with parameters, where the backward pass may end.
  private let firstLearned: Int
  // The step of each layer, kept so that a step allocates nothing.
  private var steps: [StepContext]
  // Gradients between layers, used alternately.
  private let gradients: [AlignedBuffer<Float>]

  init(_ layer: SequentialLayer, shape: SequenceShape) {
    var (passes, shape, largest): ([any LayerPass], SequenceShape, Int) = ([], shape, 0)
    let segments = shape.segments
    for (index, next) in layer.layers.enumerated() {
      largest = max(largest, shape.totalRows * next.inputWidth)
      // The shape of the last layer's output is read before its first forward.
      let mayOverwrite =
        index > 0 && index < layer.layers.count - 1 && layer.layers[index - 1].allowsOutputReuse
      let pass = (mayOverwrite ? next.makePassInPlace(shape) : nil) ?? next.makePass(shape)
      shape = pass.outputShape
      passes.append(pass)
    }
    self.passes = passes
    weightGradients = passes.flatMap(\.weightGradients)
    contexts = layer.layers.map(\.context)
    firstLearned = layer.layers.firstIndex { $0.isLearned } ?? passes.count
    outputShape = shape
    steps = layer.layers.map { _ in
      StepContext(
        isTraining: false, seed: 0, step: 0, part: 0,
        padding: Array(repeating: PaddingRows(), count: segments))
    }
    gradients = (0..<min(2, passes.count - 1)).map { _ in AlignedBuffer<Float>(count: largest) }
  }

  func forward(_ input: Matrix, values: ModelValues, step: StepContext) {
    setSteps(step)
    var input = input
    for (i, pass) in passes.enumerated() {
      pass.forward(input, values: values, step: steps[i])
      input = pass.output
    }
  }

  private func setSteps(_ step: StepContext) {
    for i in steps.indices {
      steps[i].isTraining = step.isTraining
      steps[i].seed = step.seed
      steps[i].step = step.step
      steps[i].part = step.part
      steps[i].weights = step.weights
      for s in step.padding.indices {
        steps[i].padding[s] =
          i == 0 ? step.padding[s] : steps[i - 1].padding[s].dropping(contexts[i - 1])
      }
    }
  }

  func backward(
    _ outputGradient: Matrix, input: Matrix, inputGradient: Matrix?, values: ModelValues,
    gradient: AlignedBuffer<Float>, step: StepContext
  ) {
    let last = inputGradient == nil ? firstLearned : 0
    var outputGradient = outputGradient
    var (i, buffer) = (passes.count - 1, 0)
    while i >= last {
      let before = i == 0 ? input : passes[i - 1].output
      var target: Matrix?
      if i == 0 {
        target = inputGradient
      } else if i > last, passes[i].worksInPlace {
        target = outputGradient
      } else if i > last {
        buffer = (buffer + 1) % gradients.count
        target = Matrix(gradients[buffer].base, rows: before.rows, columns: before.columns)
      }
      passes[i].backward(
        outputGradient, input: before, inputGradient: target, values: values, gradient: gradient,
        step: steps[i])
      if let target { outputGradient = target }
      i -= 1
    }
  }

  func updateStatistics(_ values: ModelValues) {
    for pass in passes { pass.updateStatistics(values) }
  }
}
