extension ClassifierKind {
  /// Time-delay neural network: offsets −c … c before the first hidden layer, −2 0 2 before the second and −3
  /// 0 3 before each further one.
  ///
  /// Source: Peddinti, Povey and Khudanpur, "A time delay neural network architecture for efficient modeling
  /// of long temporal contexts" (2015).
  package static let tdnn = ClassifierKind(
    name: "tdnn", help: "hidden layers, each over frames further apart",
    defaultHiddenLayers: [256, 256, 256], defaultContextFrames: 2
  ) { plan throws(RecognizerError) in
    for (index, layer) in plan.options.hiddenLayers.enumerated() {
      let reach = min(index + 1, 3)
      plan.addSplice(index == 0 ? [Int](-plan.contextFrames...plan.contextFrames) : [-reach, 0, reach])
      try plan.addHidden(layer, index: index)
    }
  }
}
