package import Learning

/// A row as training meets it: a source that runs over whole utterances, and, where the row learns, a layer after it
/// which the classifier's gradient reaches.
package struct TrainableFrontEnd: Sendable {
  /// Audio to what a segment is cut from: of a row that learns its frames of samples, `[frames, frame length]`, of a
  /// fixed one the features.
  package let source: any FrontEnd

  /// `[rows, source.channels]` to `[rows, channels]`; nil where the row is fixed.
  package let layer: (any SequenceLayer)?

  /// The row with the values learnt, as it runs on whole or live audio.
  private let freeze: @Sendable (ModelValues) -> any FrontEnd

  /// Multiplications and additions a frame, each counted as one.
  package let operationsPerFrame: Int

  /// How far each learnt part has moved from its start.
  private let measureMovement: @Sendable (_ start: ModelValues, _ now: ModelValues) -> [PartMovement]

  /// A row without parameters.
  package init(fixed frontEnd: any FrontEnd, operationsPerFrame: Int) {
    source = frontEnd
    layer = nil
    freeze = { _ in frontEnd }
    self.operationsPerFrame = operationsPerFrame
    measureMovement = { _, _ in [] }
  }

  /// A row that learns.
  package init(
    source: any FrontEnd, layer: any SequenceLayer, operationsPerFrame: Int,
    freeze: @escaping @Sendable (ModelValues) -> any FrontEnd,
    measureMovement: @escaping @Sendable (ModelValues, ModelValues) -> [PartMovement]
  ) {
    precondition(layer.inputWidth == source.channels)
    self.source = source
    self.layer = layer
    self.operationsPerFrame = operationsPerFrame
    self.freeze = freeze
    self.measureMovement = measureMovement
  }

  /// Floats in a row of features.
  package var channels: Int { layer?.outputWidth ?? source.channels }

  /// The row with the values learnt; later changes of `values` do not reach it.
  package func frozen(_ values: ModelValues) -> any FrontEnd { freeze(values) }

  /// How far each learnt part has moved from `start`.
  package func movement(from start: ModelValues, to now: ModelValues) -> [PartMovement] {
    measureMovement(start, now)
  }
}

/// How far a learnt part of a front end has moved: ‖now − start‖ / ‖start‖ (Frobenius) of its parameters.
///
/// Learnable front ends are known for hardly moving, so it is measured. Source: Anderson et al., arXiv 2302.10014.
package struct PartMovement: Sendable, Equatable {
  /// The part: `frequency`, `pooling`, `compression`, `time`, ...
  package let part: String
  package let relativeDistance: Double

  package init(part: String, relativeDistance: Double) {
    self.part = part
    self.relativeDistance = relativeDistance
  }
}
