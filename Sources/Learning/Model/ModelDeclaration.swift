/// The settings that a parameter is trained with.
package struct ParameterGroup: Sendable, Hashable {
  /// A factor on the learning rate of the step.
  package var rateFactor: Float
  /// Whether weight decay applies; it does not to structured maps, biases and scales.
  package var decays: Bool

  package init(rateFactor: Float = 1, decays: Bool = false) {
    self.rateFactor = rateFactor
    self.decays = decays
  }
}

/// A tensor's location within the parameters, or the statistics, of a model.
package struct TensorReference: Sendable, Hashable {
  package let name: String
  /// The dimensions, the last one innermost.
  package let shape: [Int]
  package let offset: Int
  package let count: Int
}

/// The tensors of a model under construction: layers declare theirs, with initial values, in a fixed order.
///
/// Names are dotted paths (`classifier.hidden.0.weight`), the same as in model files and checkpoints.
package struct ModelDeclaration: Sendable {
  /// A learned tensor.
  package struct Parameter: Sendable {
    package let tensor: TensorReference
    package let group: ParameterGroup
    package let initialValues: [Float]
  }

  /// A tensor that is not learned by gradient, such as a running mean.
  package struct Statistic: Sendable {
    package let tensor: TensorReference
    package let initialValues: [Float]
  }

  package private(set) var parameters: [Parameter] = []
  package private(set) var statistics: [Statistic] = []
  package private(set) var parameterCount = 0
  package private(set) var statisticCount = 0
  private var maskCount = 0
  /// The generator of random initial values, from which each tensor draws when it is declared.
  package var generator: SeededGenerator

  /// - Parameter seed: the seed of the initial values.
  package init(seed: UInt64) { generator = SeededGenerator(seed: seed, stream: .initialValues) }

  /// Declares a parameter with row-major initial values.
  package mutating func parameter(
    _ name: String, shape: [Int], group: ParameterGroup = ParameterGroup(), initialValues: [Float]
  ) -> TensorReference {
    let tensor = TensorReference(
      name: name, shape: shape, offset: parameterCount, count: shape.reduce(1, *))
    precondition(initialValues.count == tensor.count, "initial values of \(name)")
    parameters.append(Parameter(tensor: tensor, group: group, initialValues: initialValues))
    // Tensors begin on cache lines.
    parameterCount += Self.padded(tensor.count)
    return tensor
  }

  /// Declares a statistic.
  package mutating func statistic(_ name: String, shape: [Int], initialValue: Float) -> TensorReference {
    let count = shape.reduce(1, *)
    let tensor = TensorReference(name: name, shape: shape, offset: statisticCount, count: count)
    statistics.append(
      Statistic(tensor: tensor, initialValues: [Float](repeating: initialValue, count: count)))
    statisticCount += Self.padded(count)
    return tensor
  }

  /// The index of the next layer that draws random masks, from 0, which selects its random stream.
  package mutating func makeMaskIndex() -> Int {
    defer { maskCount += 1 }
    return maskCount
  }

  private static func padded(_ count: Int) -> Int { (count + 15) / 16 * 16 }
}
