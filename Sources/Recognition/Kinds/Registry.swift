// The registries: a classifier or a hidden layer is one definition in one file, and one line here.

extension ClassifierKind: CaseIterable {
  /// Every kind, in the order of the help.
  package static let allCases: [ClassifierKind] = [
    .mlp,
    .tdnn,
    .gru,
  ]
}

extension HiddenLayerKind: CaseIterable {
  /// Every kind, in the order of the help.
  package static let allCases: [HiddenLayerKind] = [
    .dense,
    .kaleidoscope,
  ]
}
