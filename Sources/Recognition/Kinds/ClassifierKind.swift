/// A kind of frame classifier: its name, defaults, limits and layers.
///
/// Receptive field, latency and parameters follow from the layers. To add a kind, define it in a file under
/// `Classifiers/` and list it in `Registry.swift`.
package struct ClassifierKind: Sendable {
  /// The name on the command line and in `config.json`.
  package let name: String
  /// A noun phrase for the help.
  package let help: String
  package let defaultHiddenLayers: [HiddenLayer]
  /// Frames on each side that the first layer sees by default, of features that have no context yet.
  package let defaultContextFrames: Int
  /// The hidden layers that a classifier of this kind can contain.
  package let hiddenLayerKinds: [HiddenLayerKind]
  /// Whether it can read an utterance in both directions.
  package let canBeBidirectional: Bool
  /// Plans the layers between the input normalization and the output layer.
  let planLayers: @Sendable (inout ClassifierPlan) throws(RecognizerError) -> Void

  init(
    name: String, help: String, defaultHiddenLayers: [HiddenLayer], defaultContextFrames: Int,
    hiddenLayerKinds: [HiddenLayerKind] = HiddenLayerKind.allCases, canBeBidirectional: Bool = false,
    planLayers: @escaping @Sendable (inout ClassifierPlan) throws(RecognizerError) -> Void
  ) {
    self.name = name
    self.help = help
    self.defaultHiddenLayers = defaultHiddenLayers
    self.defaultContextFrames = defaultContextFrames
    self.hiddenLayerKinds = hiddenLayerKinds
    self.canBeBidirectional = canBeBidirectional
    self.planLayers = planLayers
  }
}

extension ClassifierKind: RawRepresentable, Hashable {
  package init?(rawValue name: String) {
    guard let kind = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = kind
  }

  package var rawValue: String { name }
}
