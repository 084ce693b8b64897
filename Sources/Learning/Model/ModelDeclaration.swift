/// How a parameter is trained.
package struct ParameterGroup: Sendable, Hashable {
  /// Factor on the learning rate of the step.
  package var rateFactor: Float
  /// Whether weight decay applies; structured maps, biases and scales are left out.
  package var decays: Bool

  package init(rateFactor: Float = 1, decays: Bool = false) {
    self.rateFactor = rateFactor
    self.decays = decays
  }
}

/// Where a tensor lies within the parameters, or within the statistics, of a model.
package struct TensorReference: Sendable, Hashable {
  package let name: String
  /// Row by row, the last dimension innermost.
  package let shape: [Int]
  package let offset: Int
  package let count: Int
}

/// The tensors of a model while it is put together: layers declare theirs, with first values, in a fixed order.
///
/// Names are paths with dots (`classifier.hidden.0.weight`), and are those in a checkpoint.
package struct ModelDeclaration: Sendable {
  /// A learnt tensor with its group and first values.
  package struct Parameter: Sendable {
    package let tensor: TensorReference
    package let group: ParameterGroup
    package let initialValues: [Float]
  }

  /// A tensor that is not learnt by gradient: running means and the like.
  package struct Statistic: Sendable {
    package let tensor: TensorReference
    package let initialValues: [Float]
  }

  package private(set) var parameters: [Parameter] = []
  package private(set) var statistics: [Statistic] = []
  package private(set) var parameterCount = 0
  package private(set) var statisticCount = 0
  private var maskCount = 0
  /// Draws the first values of random tensors; each tensor's are drawn when it is declared.
  package var generator: SeededGenerator

  /// - Parameter seed: the seed of the first values.
  package init(seed: UInt64) { generator = SeededGenerator(seed: seed, stream: .initialValues) }

  /// Declares a parameter whose first values are given, `shape` row by row.
  package mutating func parameter(
    _ name: String, shape: [Int], group: ParameterGroup = ParameterGroup(), initialValues: [Float]
  ) -> TensorReference {
    let tensor = TensorReference(
      name: name, shape: shape, offset: parameterCount, count: shape.reduce(1, *))
    precondition(initialValues.count == tensor.count, "first values of \(name)")
    parameters.append(Parameter(tensor: tensor, group: group, initialValues: initialValues))
    // Each tensor begins on a cache line.
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

  /// The number of the next layer that draws random masks, from 0: its masks are a stream of their own.
  package mutating func makeMaskIndex() -> Int {
    defer { maskCount += 1 }
    return maskCount
  }

  private static func padded(_ count: Int) -> Int { (count + 15) / 16 * 16 }
}
