package import Learning

/// Features to the logits of phone classes: input normalization, the layers of the classifier's kind, output
/// layer.
///
/// The input normalization is the same for every front end: batch statistics in training, running ones after,
/// nothing learned.
package struct FrameClassifier: SequenceLayer {
  package let options: FrameClassifierOptions
  /// The units of each hidden layer.
  package let hiddenWidths: [Int]
  /// Multiplications and additions for one frame.
  package let operationsPerFrame: Int
  private let layers: SequentialLayer

  package var inputWidth: Int { layers.inputWidth }
  package var outputWidth: Int { layers.outputWidth }
  package var context: FrameContext { layers.context }
  package var summary: String { layers.summary }
  package var weightMaps: [WeightMap] { layers.weightMaps }

  /// Declares the tensors, under `input.` and `classifier.`.
  ///
  /// - Throws: ``RecognizerError`` if no K-matrix of a planned size exists.
  package init(_ plan: ClassifierPlan, in declaration: inout ModelDeclaration) throws(RecognizerError) {
    options = plan.options
    hiddenWidths = plan.hiddenWidths
    let made = try plan.makeLayers(&declaration)
    layers = SequentialLayer(made.layers)
    operationsPerFrame = made.operationsPerFrame
  }

  package func makePass(_ inputShape: SequenceShape) -> any LayerPass { layers.makePass(inputShape) }
  package func makeStream(_ values: ModelValues) -> any LayerStream { layers.makeStream(values) }
  package func project(_ values: ModelValues) { layers.project(values) }
}
