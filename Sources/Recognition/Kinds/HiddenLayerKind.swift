import Learning

/// A kind of hidden layer y = W x + b: its name, size, and how it is made.
///
/// To add a kind, define it in a file under `HiddenLayers/` and list it in `Registry.swift`.
package struct HiddenLayerKind: Sendable {
  /// The name on the command line and in `config.json`.
  package let name: String
  /// A noun phrase for the help.
  package let help: String
  /// The units of a layer that is asked for without them; nil where they must be given.
  package let defaultUnits: (@Sendable (_ inputs: Int) -> Int)?
  /// The weights of a layer, biases not counted; `inputs` at most 2⁴⁸.
  package let weightCount: @Sendable (_ inputs: Int, _ units: Int) -> Int
  /// Makes the layer and declares its tensors under `name`.
  let makeLayer: MakeLayer

  typealias MakeLayer =
    @Sendable (
      _ name: String, _ inputs: Int, _ units: Int, _ hasBias: Bool, _ declaration: inout ModelDeclaration
    ) throws(RecognizerError) -> any SequenceLayer

  init(
    name: String, help: String, defaultUnits: (@Sendable (_ inputs: Int) -> Int)? = nil,
    weightCount: @escaping @Sendable (_ inputs: Int, _ units: Int) -> Int, makeLayer: @escaping MakeLayer
  ) {
    self.name = name
    self.help = help
    self.defaultUnits = defaultUnits
    self.weightCount = weightCount
    self.makeLayer = makeLayer
  }
}

extension HiddenLayerKind: RawRepresentable, Hashable {
  package init?(rawValue name: String) {
    guard let kind = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = kind
  }

  package var rawValue: String { name }
}
