import Learning

extension ClassifierKind {
  /// Gated recurrent layers, one for each hidden layer, with their own nonlinearity.
  package static let gru = ClassifierKind(
    name: "gru", help: "gated recurrent layers", defaultHiddenLayers: [128], defaultContextFrames: 0,
    hiddenLayerKinds: [.dense], canBeBidirectional: true
  ) { plan throws(RecognizerError) in
    plan.addSplice(-plan.contextFrames...plan.contextFrames)
    let isBidirectional = plan.options.isBidirectional
    let directions = isBidirectional ? 2 : 1
    for (index, layer) in plan.options.hiddenLayers.enumerated() {
      let inputs = plan.width
      let units = layer.units(inputs: inputs)
      try plan.add(
        PlannedLayer(
          width: directions * units, weightCount: directions * 3 * units * (inputs + units),
          hiddenUnits: units
        ) { declaration in
          GatedRecurrentUnit(
            "classifier.recurrent.\(index)", inputs: inputs, hidden: units, isBidirectional: isBidirectional,
            in: &declaration)
        })
      plan.addNormalization(index: index)
      plan.addDropout()
    }
  }
}
