package import Foundations

/// Moves the parameters of a model by their gradient, with what it remembers of earlier steps.
///
/// PyTorch's formulas in Float32 (`torch.optim`, one tensor at a time). The rate of a parameter is that of the step times
/// its group's factor. Belongs to one thread at a time; allocates when it is made and not afterwards.
package final class Optimizer {
  package let options: OptimizerOptions
  /// Steps done.
  package private(set) var steps = 0
  /// Running values laid out as the parameters, one for each of the method's ``OptimizerMethod/slots``.
  package let slots: [AlignedBuffer<Float>]
  private let runs: [Run]
  private let parameterCount: Int

  /// Neighbouring parameters of one group.
  private struct Run {
    var range: Range<Int>
    var group: ParameterGroup
  }

  /// An optimizer that has done no step.
  package init(_ options: OptimizerOptions, declaration: ModelDeclaration) {
    precondition(options.isUsable)
    self.options = options
    parameterCount = declaration.parameterCount
    slots = options.method.slots.map { _ in AlignedBuffer<Float>(count: declaration.parameterCount) }
    var runs: [Run] = []
    for parameter in declaration.parameters {
      let range = parameter.tensor.offset..<(parameter.tensor.offset + parameter.tensor.count)
      // The zeros between two tensors have gradient 0 and stay 0, so that neighbours go in one loop.
      if let last = runs.last, last.group == parameter.group {
        runs[runs.count - 1].range = last.range.lowerBound..<range.upperBound
      } else {
        runs.append(Run(range: range, group: parameter.group))
      }
    }
    self.runs = runs
  }

  /// Does one step; the gradient is clipped first where the options say so.
  ///
  /// - Parameters:
  ///   - gradient: of all parts, reduced; overwritten by clipping.
  ///   - rate: the learning rate of a group with factor 1.
  ///   - momentum: in place of the method's own (Adam's beta1), where a schedule cycles it.
  /// - Returns: The gradient's norm before clipping, where the options ask for clipping.
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

  /// Counts a step; its updates follow.
  package func beginStep() { steps += 1 }

  /// Does a step's update of a range of the parameters, whose gradient is clipped already.
  ///
  /// Each number is moved by itself: several threads may each take a range.
  package func update(
    _ values: ModelValues, gradient: AlignedBuffer<Float>, rate: Double, momentum: Double? = nil,
    range: Range<Int>
  ) {
    precondition(values.parameters.count == parameterCount && gradient.count == parameterCount)
    for run in runs {
      let range = run.range.clamped(to: range)
      guard !range.isEmpty else { continue }
      let offset = range.lowerBound
      let tensors = RunTensors(
        parameters: values.parameters.base + offset, gradient: UnsafePointer(gradient.base + offset),
        count: range.count, rate: rate * Double(run.group.rateFactor),
        decay: run.group.decays ? options.weightDecay : 0)
      switch options.method {
      case .adam(let beta1, let beta2, let epsilon), .adamW(let beta1, let beta2, let epsilon):
        tensors.adam(
          slots[0].base + offset, slots[1].base + offset, beta1: momentum ?? beta1, beta2: beta2,
          epsilon: epsilon, step: steps, decoupled: isDecoupled)
      case .sgd(let own, let nesterov):
        tensors.sgd(slots.first.map { $0.base + offset }, momentum: momentum ?? own, nesterov: nesterov)
      case .rmsprop(let smoothing, let epsilon, let own):
        tensors.rmsprop(
          slots[0].base + offset, slots.count > 1 ? slots[1].base + offset : nil, smoothing: smoothing,
          epsilon: epsilon, momentum: momentum ?? own)
      }
    }
  }

  private var isDecoupled: Bool { if case .adamW = options.method { true } else { false } }

  /// What a parameter's gradient is multiplied by and added with, where that is all a step does with it: p ← p − rate · g.
  ///
  /// Then a product that gives the gradient may be added to the parameters at once. Nil where the method remembers,
  /// clips or decays.
  package func fusedUpdateScale(for tensor: TensorReference, rate: Double) -> Float? {
    guard case .sgd = options.method, slots.isEmpty, options.maximumGradientNorm == nil,
      let run = runs.first(where: { $0.range.contains(tensor.offset) }),
      !run.group.decays || options.weightDecay == 0
    else { return nil }
    return -Float(rate * Double(run.group.rateFactor))
  }

  /// Goes on from a checkpoint: `slots` hold what they held after so many steps.
  func resume(afterSteps steps: Int) {
    precondition(steps >= 0)
    self.steps = steps
  }
}
