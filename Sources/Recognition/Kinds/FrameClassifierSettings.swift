package import Foundations

extension FrameClassifierOptions {
  /// The settings of a classifier, in the order of the help.
  package static let settings: [Setting<FrameClassifierOptions>] = [
    .choice("classifier", \.kindWithDefaults, help: "Classifier: \(kinds).").tunable,
    .text("hidden", \.hiddenLayers, layerList, help: "Hidden layers: \(layers).").tunable.with {
      $0.defaultNote = byKind { layerList.write($0.defaultHiddenLayers) }
      $0.placeholder = "layer,layer..."
    },
    .integer(
      "context", \.contextFrames, 0...50, orKeyword: "auto", unit: .frames,
      help: "Frames on each side that the first layer sees."
    ).tunable.with {
      $0.defaultNote = "auto: \(byKind { String($0.defaultContextFrames) }); 0 for features with context"
    },
    .choice(
      "normalization", \.normalization, help: "Normalization of hidden layers, before the activation."
    ).tunable,
    .real(
      "dropout", \.dropout, 0...0.9, help: "Fraction of hidden units that a training step leaves out."
    ).tunable.valued("fraction"),
    .flag(
      "bidirectional", \.isBidirectional,
      help: "Recurrent layers in both directions; such a model cannot stream."
    ).tunable,
  ]

  private static var kinds: String {
    ClassifierKind.allCases.map { "\($0.name), \($0.help)" }.joined(separator: "; ")
  }

  private static var layers: String {
    "none, or " + HiddenLayerKind.allCases.map { "\($0.name)-N, \($0.help)" }.joined(separator: "; ")
  }

  private static func byKind(_ text: (ClassifierKind) -> String) -> String {
    ClassifierKind.allCases.map { "\($0.name) \(text($0))" }.joined(separator: "; ")
  }

  /// Layers such as `256,kaleidoscope`; `none` for no hidden layer.
  private static let layerList = SettingForm<[HiddenLayer]>(
    """
    none, or up to \(allowedHiddenLayers.upperBound) layers such as 256,256, each of \
    \(allowedHiddenWidths.lowerBound) to \(allowedHiddenWidths.upperBound) units or \
    \(HiddenLayerKind.allCases.map(\.name).joined(separator: ", ")) with or without -UNITS
    """
  ) { text in
    if text == "none" { return [] }
    let parts = text.split(omittingEmptySubsequences: false) { $0 == "," || $0 == ":" }
    let layers = parts.compactMap { HiddenLayer($0) }
    return layers.count == parts.count && allowedHiddenLayers.contains(layers.count) ? layers : nil
  } write: { layers in
    layers.isEmpty ? "none" : layers.map(\.text).joined(separator: ",")
  }

  /// The kind; setting it sets its default hidden layers.
  fileprivate var kindWithDefaults: ClassifierKind {
    get { kind }
    set {
      kind = newValue
      hiddenLayers = newValue.defaultHiddenLayers
    }
  }
}
