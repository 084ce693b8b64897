package import Foundations

/// Updates the parameters of a model from their gradient, by the formulas of PyTorch's `torch.optim` in
/// Float32.
///
/// The rate of a parameter is the step's rate times its group's factor. An optimizer belongs to one thread at
/// a time and allocates only when it is made.
package final class Optimizer {
  package let options: OptimizerOptions
  /// The number of completed steps.
  package private(set) var steps = 0
  /// Running values laid out like the parameters, one storage for each of ``OptimizerMethod/slots``.
  package let slots: [AlignedBuffer<Float>]
  private let spans: [Span]
  private let parameterCount: Int

  /// Adjacent parameters of one group.
  private struct Span {
    var range: Range<Int>
    var group: ParameterGroup
  }

  /// An optimizer before its first step.
  package init(_ options: OptimizerOptions, declaration: ModelDeclaration) {
    precondition(options.isUsable)
    self.options = options
    parameterCount = declaration.parameterCount
    slots = options.method.slots.map { _ in AlignedBuffer<Float>(count: declaration.parameterCount) }
    var spans: [Span] = []
    for parameter in declaration.parameters {
      let range = parameter.tensor.offset..<(parameter.tensor.offset + parameter.tensor.count)
      // The padding between tensors has gradient 0 and stays 0, so adjacent tensors share a loop.
      if let last = spans.last, last.group == parameter.group {
        spans[spans.count - 1].range = last.range.lowerBound..<range.upperBound
      } else {
        spans.append(Span(range: range, group: parameter.group))
      }
    }
    self.spans = spans
  }

  /// Performs one step, with clipping if the options have a maximum norm.
  ///
  /// - Parameters:
  ///   - gradient: the sum over all parts; overwritten by clipping.
  ///   - rate: the learning rate of a group with factor 1.
  ///   - momentum: replaces the method's own (Adam's beta1); nil keeps it.
  /// - Returns: The norm before clipping; nil without clipping.
  @discardableResult
  package func step(
    _ values: ModelValues, gradient: AlignedBuffer<Float>, rate: Double, momentum: Double? = nil
  ) -> Double? {
    precondition(gradient.count == parameterCount)
    let norm = options.maximumGradientNorm.map { GradientReduction.clip(gradient, maximumNorm: $0) }
    beginStep()
    update(values, gradient: gradient, rate: rate, momentum: momentum, range: 0..<parameterCount)
    return norm
  }

  /// Counts a step, whose updates follow.
  package func beginStep() { steps += 1 }

  /// Updates a range of the parameters from a gradient that is already clipped.
  ///
  /// Elements are independent: several threads may each take a range.
  package func update(
    _ values: ModelValues, gradient: AlignedBuffer<Float>, rate: Double, momentum: Double? = nil,
    range: Range<Int>
  ) {
    precondition(values.parameters.count == parameterCount && gradient.count == parameterCount)
    for span in spans {
      let range = span.range.clamped(to: range)
      guard !range.isEmpty else { continue }
      let offset = range.lowerBound
      let update = UpdateFormulas(
        parameters: values.parameters.base + offset, gradient: UnsafePointer(gradient.base + offset),
        count: range.count, rate: rate * Double(span.group.rateFactor),
        decay: span.group.decays ? options.weightDecay : 0)
      switch options.method {
      case .adam(let beta1, let beta2, let epsilon), .adamW(let beta1, let beta2, let epsilon):
        update.adam(
          slots[0].base + offset, slots[1].base + offset, beta1: momentum ?? beta1, beta2: beta2,
          epsilon: epsilon, step: steps, decoupled: isDecoupled)
      case .sgd(let own, let nesterov):
        update.sgd(slots.first.map { $0.base + offset }, momentum: momentum ?? own, nesterov: nesterov)
      case .rmsprop(let smoothing, let epsilon, let own):
        update.rmsprop(
          slots[0].base + offset, slots.count > 1 ? slots[1].base + offset : nil, smoothing: smoothing,
          epsilon: epsilon, momentum: momentum ?? own)
      }
    }
  }

  private var isDecoupled: Bool { if case .adamW = options.method { true } else { false } }

  /// The scale of the update if it is only p ← p + scale · g, so that the product that computes g can be
  /// added to p.
  ///
  /// Nil if the method has momentum, clips or decays.
  package func fusedUpdateScale(for tensor: TensorReference, rate: Double) -> Float? {
    guard case .sgd = options.method, slots.isEmpty, options.maximumGradientNorm == nil,
      let span = spans.first(where: { $0.range.contains(tensor.offset) }),
      !span.group.decays || options.weightDecay == 0
    else { return nil }
    return -Float(rate * Double(span.group.rateFactor))
  }

  /// Resumes from a checkpoint after `steps` steps; `slots` hold its values.
  func resume(afterSteps steps: Int) {
    precondition(steps >= 0)
    self.steps = steps
  }
}
