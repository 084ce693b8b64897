package import Learning

/// Optimizers as settings name them.
package enum OptimizerName: String, Sendable, CaseIterable {
  case adam
  case adamw
  case sgd
  case rmsprop

  package init(_ method: OptimizerMethod) {
    self =
      switch method {
      case .adam: .adam
      case .adamW: .adamw
      case .sgd: .sgd
      case .rmsprop: .rmsprop
      }
  }

  /// The method with its usual numbers.
  package var method: OptimizerMethod {
    switch self {
    case .adam: .adam
    case .adamw: .adamW
    case .sgd: .sgd(momentum: 0.9, nesterov: false)
    case .rmsprop: .rmsprop
    }
  }
}

extension OptimizerMethod {
  /// The momentum that can be set; 0 for methods that have their own.
  package var momentum: Double {
    get {
      switch self {
      case .adam, .adamW: 0
      case .sgd(let momentum, _), .rmsprop(_, _, let momentum): momentum
      }
    }
    set {
      switch self {
      case .adam, .adamW: break
      case .sgd(_, let nesterov): self = .sgd(momentum: newValue, nesterov: nesterov)
      case .rmsprop(let smoothing, let epsilon, _):
        self = .rmsprop(smoothing: smoothing, epsilon: epsilon, momentum: newValue)
      }
    }
  }
}
