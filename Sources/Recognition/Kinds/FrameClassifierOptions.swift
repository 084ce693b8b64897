/// The options that a frame classifier is made from.
package struct FrameClassifierOptions: Sendable, Equatable {
  /// The normalization between a hidden layer and its activation.
  package enum HiddenNormalization: String, Sendable, CaseIterable {
    case none
    case batch
    case layer
  }

  package var kind: ClassifierKind
  /// From the input to the output.
  package var hiddenLayers: [HiddenLayer]
  /// Frames on each side of the classified one; nil for ``contextFrames(holdsContext:)`` to choose.
  package var contextFrames: Int?
  package var normalization: HiddenNormalization
  /// The fraction of hidden units that a training step leaves out.
  package var dropout: Float
  /// Whether recurrent layers run in both directions; such a model needs whole utterances.
  package var isBidirectional: Bool
  /// Classes: 61, 48 or 39 phones.
  package var classCount: Int

  package static let allowedHiddenLayers = 0...16
  package static let allowedHiddenWidths = 1...8192
  /// The most weights of a classifier: 256 MiB.
  package static let maximumWeights = 1 << 26

  /// Options, each as the property of its name documents it; `hiddenLayers` nil for the kind's default.
  package init(
    kind: ClassifierKind = .mlp, hiddenLayers: [HiddenLayer]? = nil, contextFrames: Int? = nil,
    normalization: HiddenNormalization = .none, dropout: Float = 0, isBidirectional: Bool = false,
    classCount: Int = 39
  ) {
    self.kind = kind
    self.hiddenLayers = hiddenLayers ?? kind.defaultHiddenLayers
    self.contextFrames = contextFrames
    self.normalization = normalization
    self.dropout = dropout
    self.isBidirectional = isBidirectional
    self.classCount = classCount
  }

  /// The context that was set, or the kind's default, which is 0 for features that hold their context
  /// already.
  package func contextFrames(holdsContext: Bool) -> Int {
    contextFrames ?? (holdsContext ? 0 : kind.defaultContextFrames)
  }

  /// Checks what the kind allows.
  ///
  /// - Throws: ``RecognizerError/unsupportedHiddenLayer(_:classifier:)``,
  ///   ``RecognizerError/notBidirectional(classifier:)``.
  package func check() throws(RecognizerError) {
    if let layer = hiddenLayers.first(where: { !kind.hiddenLayerKinds.contains($0.kind) }) {
      throw .unsupportedHiddenLayer(layer, classifier: kind)
    }
    guard !isBidirectional || kind.canBeBidirectional else { throw .notBidirectional(classifier: kind) }
  }
}
