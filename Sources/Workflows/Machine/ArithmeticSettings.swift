package import Foundations
package import Signal

/// The arithmetic of a command.
package struct ArithmeticOptions: Sendable, Equatable {
  /// The vector unit; the best of this machine if nil.
  package var vectorUnit: VectorUnit?

  package init(vectorUnit: VectorUnit? = nil) { self.vectorUnit = vectorUnit }

  private var unitName: String? {
    get { vectorUnit?.rawValue }
    set { vectorUnit = newValue.flatMap(VectorUnit.init(rawValue:)) }
  }

  /// The name of the setting that fixes the vector unit.
  package static let vectorUnitName = "vector-unit"

  package static let settings: [Setting<ArithmeticOptions>] = [
    .choice(
      vectorUnitName, \.unitName, VectorUnit.allCases.map(\.rawValue), orKeyword: "auto",
      help: """
        Vector instructions to compute with. Bits depend on them: name the narrowest of the machines that \
        share the work. auto is the widest of this machine.
        """
    ).valued("unit")
  ]
}
