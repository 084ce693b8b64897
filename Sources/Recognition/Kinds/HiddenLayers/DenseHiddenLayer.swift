import Learning

extension HiddenLayerKind {
  /// A full matrix of weights.
  package static let dense = HiddenLayerKind(
    name: "dense", help: "a dense layer of N units, also written as N",
    weightCount: { inputs, units in inputs * units },
    makeLayer: { name, inputs, units, hasBias, declaration in
      Dense(name, inputs: inputs, outputs: units, hasBias: hasBias, in: &declaration)
    })
}
