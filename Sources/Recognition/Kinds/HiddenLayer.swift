/// A hidden layer of a frame classifier, before its inputs are known.
package struct HiddenLayer: Sendable, Hashable {
  package let kind: HiddenLayerKind
  /// Nil for the kind's own choice, which depends on the inputs.
  package let units: Int?

  /// A layer of a kind; `units` may be nil only for a kind with default units.
  package init(_ kind: HiddenLayerKind, units: Int? = nil) {
    precondition(units != nil || kind.defaultUnits != nil, "\(kind.name) has no default units")
    self.kind = kind
    self.units = units
  }

  /// Units of the layer for `inputs` values, at most 2⁴⁸.
  package func units(inputs: Int) -> Int {
    guard let units = units ?? kind.defaultUnits?(inputs) else { preconditionFailure("checked by init") }
    return units
  }
}

// MARK: Text

extension HiddenLayer: ExpressibleByIntegerLiteral {
  /// The kind of a layer that is written as its number of units alone.
  private static let unnamedKind = HiddenLayerKind.dense

  package init(integerLiteral units: Int) { self.init(Self.unnamedKind, units: units) }

  /// Reads `256` (dense), `kaleidoscope` or `kaleidoscope-256`; nil for an unknown kind or units out of
  /// range.
  package init?(_ text: some StringProtocol) {
    func units(_ text: some StringProtocol) -> Int? {
      Int(text).flatMap { FrameClassifierOptions.allowedHiddenWidths.contains($0) ? $0 : nil }
    }
    if let units = units(text) {
      self.init(Self.unnamedKind, units: units)
      return
    }
    for kind in HiddenLayerKind.allCases {
      if text == kind.name, kind.defaultUnits != nil {
        self.init(kind)
        return
      }
      if text.hasPrefix(kind.name + "-"), let units = units(text.dropFirst(kind.name.count + 1)) {
        self.init(kind, units: units)
        return
      }
    }
    return nil
  }

  /// The form that ``init(_:)`` reads.
  package var text: String {
    guard let units else { return kind.name }
    return kind == Self.unnamedKind ? String(units) : "\(kind.name)-\(units)"
  }
}
