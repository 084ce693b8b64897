/// An optimization method, with PyTorch's formulas.
package enum OptimizerMethod: Sendable, Hashable, Codable {
  /// Kingma and Ba (2015); weight decay is added to the gradient.
  case adam(beta1: Double, beta2: Double, epsilon: Double)
  /// Loshchilov and Hutter (2019); weight decay is decoupled and shrinks the parameters directly.
  case adamW(beta1: Double, beta2: Double, epsilon: Double)
  /// Stochastic gradient descent with heavy-ball or Nesterov momentum.
  case sgd(momentum: Double, nesterov: Bool)
  /// Hinton's; `smoothing` is PyTorch's `alpha`.
  case rmsprop(smoothing: Double, epsilon: Double, momentum: Double)

  /// Adam with PyTorch's defaults.
  package static let adam = adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8)
  /// AdamW with PyTorch's defaults.
  package static let adamW = adamW(beta1: 0.9, beta2: 0.999, epsilon: 1e-8)
  /// RMSprop as in pytorch-kaldi's recipes for TIMIT.
  package static let rmsprop = rmsprop(smoothing: 0.95, epsilon: 1e-8, momentum: 0)

  /// The names, as in a checkpoint, of the running values that each parameter has.
  package var slots: [String] {
    switch self {
    case .adam, .adamW: ["first_moment", "second_moment"]
    case .sgd(let momentum, _): momentum > 0 ? ["momentum"] : []
    case .rmsprop(_, _, let momentum): momentum > 0 ? ["second_moment", "momentum"] : ["second_moment"]
    }
  }

  /// Whether every number is in the range of its formula.
  package var isUsable: Bool {
    func isFraction(_ x: Double) -> Bool { x >= 0 && x < 1 }
    return switch self {
    case .adam(let beta1, let beta2, let epsilon), .adamW(let beta1, let beta2, let epsilon):
      isFraction(beta1) && isFraction(beta2) && epsilon > 0 && epsilon.isFinite
    case .sgd(let momentum, let nesterov): isFraction(momentum) && (!nesterov || momentum > 0)
    case .rmsprop(let smoothing, let epsilon, let momentum):
      isFraction(smoothing) && epsilon > 0 && epsilon.isFinite && isFraction(momentum)
    }
  }
}

/// The settings of an optimizer; the learning rate comes with each step.
package struct OptimizerOptions: Sendable, Hashable, Codable {
  package var method: OptimizerMethod
  /// Applied to the parameters of groups that decay.
  package var weightDecay: Double
  /// The norm that larger gradients are scaled down to; nil for no clipping.
  package var maximumGradientNorm: Double?

  package init(
    method: OptimizerMethod = .adam, weightDecay: Double = 0, maximumGradientNorm: Double? = nil
  ) {
    self.method = method
    self.weightDecay = weightDecay
    self.maximumGradientNorm = maximumGradientNorm
  }

  /// Whether every number is in the range of its formula.
  package var isUsable: Bool {
    method.isUsable && weightDecay >= 0 && weightDecay.isFinite
      && (maximumGradientNorm.map { $0 > 0 && $0.isFinite } ?? true)
  }
}
