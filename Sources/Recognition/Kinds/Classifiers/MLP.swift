extension ClassifierKind {
  /// Multilayer perceptron: hidden layers over spliced frames.
  package static let mlp = ClassifierKind(
    name: "mlp", help: "hidden layers over spliced frames", defaultHiddenLayers: [256, 256],
    defaultContextFrames: 5
  ) { plan throws(RecognizerError) in
    plan.addSplice(-plan.contextFrames...plan.contextFrames)
    for (index, layer) in plan.options.hiddenLayers.enumerated() { try plan.addHidden(layer, index: index) }
  }
}
