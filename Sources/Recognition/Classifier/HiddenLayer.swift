import FrontEnds

/// A hidden layer of a frame classifier, as it is asked for.
package enum HiddenLayer: Sendable, Hashable, ExpressibleByIntegerLiteral {
  /// So many units, each fed by every value of the layer before.
  case dense(units: Int)
  /// A kaleidoscope matrix in place of the dense one; nil is as many units as it takes values, rounded up to a power of
  /// two: the whole square.
  case kaleidoscope(units: Int?)

  package init(integerLiteral units: Int) { self = .dense(units: units) }

  private static let kaleidoscopeName = "kaleidoscope"

  /// Reads `256`, `kaleidoscope` or `kaleidoscope-256`, the units in their range.
  package init?(_ text: some StringProtocol) {
    func units(_ text: some StringProtocol) -> Int? {
      Int(text).flatMap { FrameClassifierOptions.allowedHiddenWidths.contains($0) ? $0 : nil }
    }
    if let units = units(text) {
      self = .dense(units: units)
    } else if text == Self.kaleidoscopeName {
      self = .kaleidoscope(units: nil)
    } else if text.hasPrefix(Self.kaleidoscopeName + "-"),
      let units = units(text.dropFirst(Self.kaleidoscopeName.count + 1))
    {
      self = .kaleidoscope(units: units)
    } else {
      return nil
    }
  }

  /// What ``init(_:)`` reads.
  package var text: String {
    switch self {
    case .dense(let units): String(units)
    case .kaleidoscope(.none): Self.kaleidoscopeName
    case .kaleidoscope(.some(let units)): "\(Self.kaleidoscopeName)-\(units)"
    }
  }

  /// Whether such a layer can stand in a classifier: recurrent ones are dense.
  package func fits(_ architecture: FrameClassifierOptions.Architecture) -> Bool {
    if case .kaleidoscope = self { architecture != .gru } else { true }
  }

  /// Units of the layer when it takes so many values, at most 2⁴⁸.
  package func units(inputs: Int) -> Int {
    switch self {
    case .dense(let units): units
    case .kaleidoscope(let units): units ?? KaleidoscopeLayer.paddedSize(inputs)
    }
  }

  /// Weights of the layer, biases left out.
  package func weightCount(inputs: Int) -> Int {
    switch self {
    case .dense(let units): inputs * units
    case .kaleidoscope: KaleidoscopeLayer.weightCount(inputs: inputs, outputs: units(inputs: inputs))
    }
  }
}
