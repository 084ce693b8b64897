package import Learning

/// A front end for training: a source that runs over whole utterances, and, where the front end learns, a
/// layer after it that the classifier's gradient reaches.
package struct TrainableFrontEnd: Sendable {
  /// Audio to the rows that segments are cut from: frames of samples, `[frames, frame length]`, where the
  /// front end learns, and features where it is fixed.
  package let source: any FrontEnd

  /// `[rows, source.channels]` to `[rows, channels]`; nil where the front end is fixed.
  package let layer: (any SequenceLayer)?

  /// Where the energies of learned filters come out of ``layer``.
  let filters: LearnedFilters?

  /// The front end with the learned values, for whole or live audio.
  private let freeze: @Sendable (ModelValues) -> any FrontEnd

  /// Multiplications and additions a frame, each counted as one.
  package let operationsPerFrame: Int

  /// How far each learned part has moved from its start.
  private let measureMovement: @Sendable (_ start: ModelValues, _ now: ModelValues) -> [PartMovement]

  /// A front end without parameters.
  package init(fixed frontEnd: any FrontEnd, operationsPerFrame: Int) {
    source = frontEnd
    layer = nil
    filters = nil
    freeze = { _ in frontEnd }
    self.operationsPerFrame = operationsPerFrame
    measureMovement = { _, _ in [] }
  }

  /// A front end that learns.
  init(_ assembly: FrontEndAssembly, label: String) {
    let layer = assembly.layer
    precondition(layer.inputWidth == assembly.source.channels)
    source = assembly.source
    self.layer = layer
    filters = assembly.filters
    operationsPerFrame = assembly.operations
    let parts = assembly.parts
    // One plan is shared by all front ends that are frozen.
    freeze = { assembly.frontEnd(ModelValues(copying: $0), label: label) }
    measureMovement = { start, now in
      parts.map { PartMovement(part: $0.name, relativeDistance: $0.distance(from: start, to: now)) }
    }
  }

  /// Floats in a row of features.
  package var channels: Int { layer?.outputWidth ?? source.channels }

  /// The front end with the learned values; later changes of `values` do not reach it.
  package func frozen(_ values: ModelValues) -> any FrontEnd { freeze(values) }

  /// How far each learned part has moved from `start`.
  package func movement(from start: ModelValues, to now: ModelValues) -> [PartMovement] {
    measureMovement(start, now)
  }
}

/// How far a learned part of a front end has moved: ‖now − start‖ / ‖start‖ (Frobenius) of its parameters.
///
/// Learnable front ends are known for hardly moving, so it is measured. Source: Anderson et al., arXiv
/// 2302.10014.
package struct PartMovement: Sendable, Equatable {
  /// The part: `frequency`, `pooling`, `compression`, `time`, ...
  package let part: String
  package let relativeDistance: Double

  package init(part: String, relativeDistance: Double) {
    self.part = part
    self.relativeDistance = relativeDistance
  }
}

extension FrontEndAssembly.Part {
  /// ‖now − start‖ / ‖start‖ over the tensors of the part; of a zero start, ‖now − start‖.
  fileprivate func distance(from start: ModelValues, to now: ModelValues) -> Double {
    var (moved, norm) = (0.0, 0.0)
    for tensor in tensors {
      let (a, b) = (start.parameter(tensor), now.parameter(tensor))
      for i in 0..<tensor.count {
        let difference = Double(b[i]) - Double(a[i])
        moved += difference * difference
        norm += Double(a[i]) * Double(a[i])
      }
    }
    return norm > 0 ? (moved / norm).squareRoot() : moved.squareRoot()
  }
}
