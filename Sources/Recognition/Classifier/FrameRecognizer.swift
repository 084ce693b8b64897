package import FrontEnds
package import Learning

/// Features and a classifier as one model.
///
/// Beside the network it has the tensors that decoding needs: log priors of the classes and a phone bigram,
/// both counted, not learned by gradient.
package struct FrameRecognizer: Sendable {
  package let features: TrainableFeatures
  package let classifier: FrameClassifier
  /// The frames on each side that the classifier's first layer sees.
  package let contextFrames: Int
  /// The front end's layer, if it is learnable, and the classifier: rows of the features' source to logits.
  package let network: SequentialLayer
  package let declaration: ModelDeclaration
  /// ``PhoneStatistics/logPriors``, `[classes]`.
  package let logPriors: TensorReference
  /// ``PhoneStatistics/logSuccessions``, `[classes + 1, classes + 1]`.
  package let logSuccessions: TensorReference

  /// - Parameters:
  ///   - seed: the seed of the initial values.
  /// - Throws: ``RecognizerError``.
  package init(
    features spec: FeatureSpec, classifier options: FrameClassifierOptions, seed: UInt64
  ) throws(RecognizerError) {
    var declaration = ModelDeclaration(seed: seed)
    do throws(FrontEndError) {
      features = try spec.makeTrainable(declaration: &declaration)
      contextFrames = options.contextFrames(holdsContext: spec.holdsContext)
    } catch {
      throw .frontEnd(error)
    }
    let plan = try ClassifierPlan(options, channels: features.channels, contextFrames: contextFrames)
    classifier = try FrameClassifier(plan, in: &declaration)
    network = SequentialLayer([features.layer, classifier].compactMap(\.self))
    let classes = options.classCount
    logPriors = declaration.statistic("decoder.log_priors", shape: [classes], initialValue: 0)
    logSuccessions = declaration.statistic(
      "decoder.log_successions", shape: [classes + 1, classes + 1], initialValue: 0)
    self.declaration = declaration
  }

  package var classCount: Int { classifier.options.classCount }

  /// The rows that a segment needs around its frames.
  package var context: FrameContext { network.context }

  /// The number of learned values.
  package var parameterCount: Int { declaration.parameters.reduce(0) { $0 + $1.tensor.count } }

  /// Stores the statistics of the training labels.
  package func store(_ statistics: PhoneStatistics, in values: ModelValues) {
    for (i, value) in statistics.logPriors.enumerated() { values.statistic(logPriors)[i] = value }
    for (i, value) in statistics.logSuccessions.enumerated() { values.statistic(logSuccessions)[i] = value }
  }

  /// The loop that log posteriors are decoded with.
  package func phoneLoop(_ values: ModelValues, options: PhoneDecodingOptions) -> PhoneLoop {
    func array(_ tensor: TensorReference) -> [Float] {
      Array(UnsafeBufferPointer(start: values.statistic(tensor), count: tensor.count))
    }
    return PhoneLoop(
      logPriors: array(logPriors), logSuccessions: array(logSuccessions), options: options)
  }
}
