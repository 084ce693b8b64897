package import FrontEnds
package import Learning

/// A front end and a classifier as one model: what is trained, stored and run.
///
/// Beside the network it holds what decoding needs to know of the language: log priors of the classes and the bigram of
/// phones, as tensors that no gradient moves.
package struct FrameRecognizer: Sendable {
  package let frontEnd: TrainableFrontEnd
  package let classifier: FrameClassifier
  /// Frames of features on each side that the classifier's first layer sees.
  package let contextFrames: Int
  /// Rows of the front end's source to logits: the front end's layer, where it learns, and the classifier.
  package let network: SequentialLayer
  package let declaration: ModelDeclaration
  /// `[classes]`: see ``PhoneStatistics/logPriors``.
  package let logPriors: TensorReference
  /// `[classes + 1, classes + 1]`: see ``PhoneStatistics/logSuccessions``.
  package let logSuccessions: TensorReference

  /// - Parameters:
  ///   - seed: of the first values.
  /// - Throws: ``RecognizerError``.
  package init(
    frontEnd spec: FrontEndSpec, classifier options: FrameClassifierOptions, seed: UInt64
  ) throws(RecognizerError) {
    var declaration = ModelDeclaration(seed: seed)
    do throws(FrontEndError) {
      frontEnd = try spec.makeTrainable(declaration: &declaration)
      contextFrames = options.contextFrames(holdsContext: spec.holdsContext)
    } catch {
      throw .frontEnd(error)
    }
    let plan = try ClassifierPlan(options, channels: frontEnd.channels, contextFrames: contextFrames)
    classifier = try FrameClassifier(plan, in: &declaration)
    network = SequentialLayer([frontEnd.layer, classifier].compactMap(\.self))
    let classes = options.classCount
    logPriors = declaration.statistic("decoder.log_priors", shape: [classes], initialValue: 0)
    logSuccessions = declaration.statistic(
      "decoder.log_successions", shape: [classes + 1, classes + 1], initialValue: 0)
    self.declaration = declaration
  }

  package var classCount: Int { classifier.options.classCount }

  /// Rows that a segment needs around its frames.
  package var context: FrameContext { network.context }

  /// Learnt numbers.
  package var parameterCount: Int { declaration.parameters.reduce(0) { $0 + $1.tensor.count } }

  /// Stores what the training labels say of the classes.
  package func store(_ statistics: PhoneStatistics, in values: ModelValues) {
    for (i, value) in statistics.logPriors.enumerated() { values.statistic(logPriors)[i] = value }
    for (i, value) in statistics.logSuccessions.enumerated() { values.statistic(logSuccessions)[i] = value }
  }

  /// The loop that log posteriors are decoded by.
  package func phoneLoop(_ values: ModelValues, options: PhoneDecodingOptions) -> PhoneLoop {
    func array(_ tensor: TensorReference) -> [Float] {
      Array(UnsafeBufferPointer(start: values.statistic(tensor), count: tensor.count))
    }
    return PhoneLoop(
      logPriors: array(logPriors), logSuccessions: array(logSuccessions), options: options)
  }
}
