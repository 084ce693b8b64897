package import Foundations

/// Rows that a layer reads before and after the one it gives.
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

/// How many segments of how many rows stand one below the other in a matrix: `[segments · rows, width]`.
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

  /// What is left once a layer's context is used up.
  package func dropping(_ context: FrameContext) -> Self {
    Self(segments: segments, rows: rows - context.rows)
  }
}

/// Rows of a segment that lie outside its utterance: before the first and after the last frame.
///
/// Their contents are finite and otherwise unspecified. A layer with context reads the nearest row inside instead, as
/// splicing at the edges of an utterance does; statistics, recurrence and gradients leave them out.
package struct PaddingRows: Sendable, Hashable {
  package var leading: Int
  package var trailing: Int

  package init(leading: Int = 0, trailing: Int = 0) {
    self.leading = leading
    self.trailing = trailing
  }

  /// What is left once a layer's context is used up.
  package func dropping(_ context: FrameContext) -> Self {
    Self(leading: max(0, leading - context.left), trailing: max(0, trailing - context.right))
  }
}

/// What a pass needs to know of the step that it is part of.
package struct StepContext: Sendable {
  /// Whether batch statistics and dropout are in force.
  package var isTraining: Bool
  package var seed: UInt64
  /// Steps done before this one, over all epochs.
  package var step: Int
  /// Which of the step's gradient parts.
  package var part: Int
  /// For each segment, the rows of the pass's *input* outside the utterance.
  package var padding: [PaddingRows]
  /// The weights of the step, packed for all of its parts; without, each pass packs its own.
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

  /// The context of the layer after one that uses up `context`.
  package func dropping(_ context: FrameContext) -> Self {
    var result = self
    for i in result.padding.indices { result.padding[i] = result.padding[i].dropping(context) }
    return result
  }
}

/// A step of a model from rows to rows, `[segments · rows, inputWidth]` to `[segments · (rows − context), outputWidth]`.
///
/// A layer is an immutable description; its tensors live in ``ModelValues``, its activations in a ``LayerPass``. Output
/// row r of a segment stands for input row r + `context.left`.
package protocol SequenceLayer: Sendable {
  var inputWidth: Int { get }
  var outputWidth: Int { get }
  var context: FrameContext { get }

  /// What is computed, in one line for people.
  var summary: String { get }

  /// Whether it has parameters; without, its backward is of no use to a model that ends at its input.
  var isLearned: Bool { get }

  /// The matrices of weights that its passes look up in ``StepContext/weights``, and whose gradients they leave to be done.
  var weightMaps: [WeightMap] { get }

  /// Whether its passes leave their output alone after ``LayerPass/forward(_:values:step:)``, so that what comes after
  /// may write over it.
  var allowsOutputReuse: Bool { get }

  /// A pass that writes its output over its input, of a layer that can do so.
  func makePassInPlace(_ inputShape: SequenceShape) -> (any LayerPass)?

  /// Memory for training on one gradient part; nothing is allocated in its calls.
  func makePass(_ inputShape: SequenceShape) -> any LayerPass

  /// The layer as it runs on whole or live utterances, row after row.
  ///
  /// The stream reads `values` while it lives.
  func makeStream(_ values: ModelValues) -> any LayerStream

  /// Brings parameters back to where they are allowed to be, after an optimizer's step.
  func project(_ values: ModelValues)
}

extension SequenceLayer {
  package var isLearned: Bool { true }
  package var weightMaps: [WeightMap] { [] }
  package var allowsOutputReuse: Bool { false }

  package func makePassInPlace(_ inputShape: SequenceShape) -> (any LayerPass)? { nil }

  package func project(_ values: ModelValues) {}
}

/// The activations of a layer for one gradient part: forward, then backward, by one thread.
package protocol LayerPass: AnyObject {
  var outputShape: SequenceShape { get }

  /// What ``forward(_:values:step:)`` wrote, `[outputShape.totalRows, outputWidth]`; stays until the next call.
  var output: Matrix { get }

  /// Computes ``output``.
  func forward(_ input: Matrix, values: ModelValues, step: StepContext)

  /// Adds to the gradients of the parameters, and overwrites `inputGradient` where it is asked for.
  ///
  /// The gradients of matrices of weights are left to be done: see ``weightGradients``.
  ///
  /// - Parameters:
  ///   - outputGradient: `[outputShape.totalRows, outputWidth]`; 0 in rows outside an utterance, and may be overwritten.
  ///   - input: what ``forward(_:values:step:)`` was given, unchanged but by a pass in place.
  ///   - inputGradient: `[inputShape.totalRows, inputWidth]`; 0 is written to rows outside an utterance.
  ///   - gradient: laid out as the parameters.
  ///   - step: what ``forward(_:values:step:)`` was given.
  func backward(
    _ outputGradient: Matrix, input: Matrix, inputGradient: Matrix?, values: ModelValues,
    gradient: AlignedBuffer<Float>, step: StepContext)

  /// Whether input and output are one memory; then the gradients by them may be, too.
  var worksInPlace: Bool { get }

  /// What the last backward left to be done; always of the same tensors in the same order.
  var weightGradients: [WeightGradient] { get }

  /// Moves running statistics by what the last forward saw; called for the parts of a step in their order.
  func updateStatistics(_ values: ModelValues)
}

extension LayerPass {
  package var worksInPlace: Bool { false }
  package var weightGradients: [WeightGradient] { [] }

  package func updateStatistics(_ values: ModelValues) {}
}

/// A layer that runs on one utterance, row after row: the frozen form.
///
/// The rows depend only on the rows given, never on how they were cut. At the edges of an utterance the nearest row is
/// read. A stream belongs to one thread at a time, and allocates when it is made and not afterwards, but for layers that
/// must wait for the end of an utterance.
package protocol LayerStream: AnyObject {
  var inputWidth: Int { get }
  var outputWidth: Int { get }

  /// Rows for which an output row waits; nil where all of the utterance is needed.
  var latencyRows: Int? { get }

  /// The most rows that an `accept` of `count` rows can give now.
  func maximumRows(accepting count: Int) -> Int

  /// The most rows that ``finish(into:)`` can give after `count` more rows.
  func maximumFinishRows(accepting count: Int) -> Int

  /// Takes `count` rows of `inputWidth` and writes the rows of `outputWidth` that they complete.
  ///
  /// - Returns: The number of rows written.
  func accept(_ rows: UnsafePointer<Float>, count: Int, into output: UnsafeMutablePointer<Float>) -> Int

  /// Ends the utterance and writes the rows still owed; the next rows begin another.
  ///
  /// - Returns: The number of rows written.
  func finish(into output: UnsafeMutablePointer<Float>) -> Int
}
