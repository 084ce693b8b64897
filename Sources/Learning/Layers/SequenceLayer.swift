package import Foundations

/// The rows that a layer reads before and after the one it computes.
package struct FrameContext: Sendable, Hashable {
  package var left: Int
  package var right: Int

  package init(left: Int = 0, right: Int = 0) {
    precondition(left >= 0 && right >= 0)
    self.left = left
    self.right = right
  }

  package var rows: Int { left + right }

  package static func + (a: Self, b: Self) -> Self { Self(left: a.left + b.left, right: a.right + b.right) }
}

/// The shape of a matrix that holds segments one below the other, `[segments · rows, width]`.
package struct SequenceShape: Sendable, Hashable {
  package var segments: Int
  /// Rows of each segment.
  package var rows: Int

  package init(segments: Int, rows: Int) {
    precondition(segments > 0 && rows > 0)
    self.segments = segments
    self.rows = rows
  }

  package var totalRows: Int { segments * rows }

  /// The shape of the output of a layer with this context.
  package func dropping(_ context: FrameContext) -> Self {
    Self(segments: segments, rows: rows - context.rows)
  }
}

/// The rows of a segment before the first and after the last frame of its utterance.
///
/// Their values are finite and otherwise unspecified. A layer with context reads the nearest valid row
/// instead, as splicing does at the edges of an utterance; statistics, recurrence and gradients skip them.
package struct PaddingRows: Sendable, Hashable {
  package var leading: Int
  package var trailing: Int

  package init(leading: Int = 0, trailing: Int = 0) {
    self.leading = leading
    self.trailing = trailing
  }

  /// The padding of the output of a layer with this context.
  package func dropping(_ context: FrameContext) -> Self {
    Self(leading: max(0, leading - context.left), trailing: max(0, trailing - context.right))
  }
}

/// The training step that a pass belongs to.
package struct StepContext: Sendable {
  /// Whether batch statistics and dropout apply.
  package var isTraining: Bool
  package var seed: UInt64
  /// The number of steps before this one, over all epochs.
  package var step: Int
  /// The index of the gradient part.
  package var part: Int
  /// The padding of the pass's *input*, `[segments]`.
  package var padding: [PaddingRows]
  /// The weights packed once for all parts of the step; nil for each pass to pack its own.
  package var weights: StepWeights?

  package init(
    isTraining: Bool, seed: UInt64, step: Int, part: Int, padding: [PaddingRows], weights: StepWeights? = nil
  ) {
    self.isTraining = isTraining
    self.seed = seed
    self.step = step
    self.part = part
    self.padding = padding
    self.weights = weights
  }

  /// The step as the next layer sees it, after one with this context.
  package func dropping(_ context: FrameContext) -> Self {
    var result = self
    for i in result.padding.indices { result.padding[i] = result.padding[i].dropping(context) }
    return result
  }
}

/// A layer of a model, from `[segments · rows, inputWidth]` to `[segments · (rows − context), outputWidth]`.
///
/// A layer is an immutable description; its tensors live in ``ModelValues``, its activations in a
/// ``LayerPass``. Output row r of a segment corresponds to input row r + `context.left`.
package protocol SequenceLayer: Sendable {
  var inputWidth: Int { get }
  var outputWidth: Int { get }
  var context: FrameContext { get }

  /// A one-line description.
  var summary: String { get }

  /// Whether it has parameters. The backward pass stops before the leading layers that have none.
  var isLearned: Bool { get }

  /// The weights that its passes look up in ``StepContext/weights``; their gradients are
  /// ``LayerPass/weightGradients``.
  var weightMaps: [WeightMap] { get }

  /// Whether its passes never read their output again, so that the next layer may overwrite it.
  var allowsOutputReuse: Bool { get }

  /// A pass that overwrites its input with its output; nil if the layer has none.
  func makePassInPlace(_ inputShape: SequenceShape) -> (any LayerPass)?

  /// Makes the memory of one gradient part; the calls of a pass allocate nothing.
  func makePass(_ inputShape: SequenceShape) -> any LayerPass

  /// Makes the streaming form, which reads `values` while it lives.
  func makeStream(_ values: ModelValues) -> any LayerStream

  /// Projects parameters onto their constraints after an optimizer's step.
  func project(_ values: ModelValues)
}

extension SequenceLayer {
  package var isLearned: Bool { true }
  package var weightMaps: [WeightMap] { [] }
  package var allowsOutputReuse: Bool { false }

  package func makePassInPlace(_ inputShape: SequenceShape) -> (any LayerPass)? { nil }

  package func project(_ values: ModelValues) {}
}

/// The activations of a layer for one gradient part: forward, then backward, on one thread.
package protocol LayerPass: AnyObject {
  var outputShape: SequenceShape { get }

  /// The result of ``forward(_:values:step:)``, `[outputShape.totalRows, outputWidth]`, valid until the next
  /// call.
  var output: Matrix { get }

  /// Computes ``output``.
  func forward(_ input: Matrix, values: ModelValues, step: StepContext)

  /// Adds to the gradients of the parameters, and writes `inputGradient` unless it is nil.
  ///
  /// The gradients of weight matrices are deferred to ``weightGradients``.
  ///
  /// - Parameters:
  ///   - outputGradient: `[outputShape.totalRows, outputWidth]`, 0 in padding rows; may be overwritten.
  ///   - input: the input of the last forward, which only a pass in place may have changed.
  ///   - inputGradient: `[inputShape.totalRows, inputWidth]`; becomes 0 in padding rows.
  ///   - gradient: laid out like the parameters.
  ///   - step: the step of the last forward.
  func backward(
    _ outputGradient: Matrix, input: Matrix, inputGradient: Matrix?, values: ModelValues,
    gradient: AlignedBuffer<Float>, step: StepContext)

  /// Whether input and output share memory; the gradients with respect to them then may, too.
  var worksInPlace: Bool { get }

  /// The gradients that the last backward deferred; always of the same tensors in the same order.
  var weightGradients: [WeightGradient] { get }

  /// Updates running statistics from the last forward; called for the parts of a step in order.
  func updateStatistics(_ values: ModelValues)
}

extension LayerPass {
  package var worksInPlace: Bool { false }
  package var weightGradients: [WeightGradient] { [] }

  package func updateStatistics(_ values: ModelValues) {}
}
