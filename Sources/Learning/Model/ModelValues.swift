package import Foundations

/// The values of a model's tensors, in one storage for parameters and one for statistics.
///
/// Several threads may read. Writers have it to themselves: a training step writes after its parts are done.
package final class ModelValues: Sendable {
  package let parameters: AlignedBuffer<Float>
  package let statistics: AlignedBuffer<Float>

  /// The initial values of a declared model.
  package init(_ declaration: ModelDeclaration) {
    parameters = AlignedBuffer<Float>(count: declaration.parameterCount)
    statistics = AlignedBuffer<Float>(count: declaration.statisticCount)
    for parameter in declaration.parameters {
      for (i, value) in parameter.initialValues.enumerated() {
        parameters.base[parameter.tensor.offset + i] = value
      }
    }
    for statistic in declaration.statistics {
      for (i, value) in statistic.initialValues.enumerated() {
        statistics.base[statistic.tensor.offset + i] = value
      }
    }
  }

  /// A copy.
  package init(copying other: ModelValues) {
    parameters = AlignedBuffer<Float>(count: other.parameters.count)
    statistics = AlignedBuffer<Float>(count: other.statistics.count)
    copy(from: other)
  }

  package func copy(from other: ModelValues) {
    precondition(other.parameters.count == parameters.count && other.statistics.count == statistics.count)
    parameters.base.update(from: other.parameters.base, count: parameters.count)
    statistics.base.update(from: other.statistics.base, count: statistics.count)
  }

  /// The values of a parameter.
  package func parameter(_ tensor: TensorReference) -> UnsafeMutablePointer<Float> {
    parameters.base + tensor.offset
  }

  /// Moves the values of a parameter that are outside a range to its ends.
  package func clamp(_ tensor: TensorReference, to range: ClosedRange<Float>) {
    let x = parameter(tensor)
    for i in 0..<tensor.count { x[i] = min(max(x[i], range.lowerBound), range.upperBound) }
  }

  /// The values of a statistic.
  package func statistic(_ tensor: TensorReference) -> UnsafeMutablePointer<Float> {
    statistics.base + tensor.offset
  }
}
