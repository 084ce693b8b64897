/// The classes that labels count: names in label order, and which of them is silence.
///
/// A label is an index into `symbols`; −1 is a deleted phone (`q` at 48 and 39 classes).
package struct PhoneTable: Sendable, Equatable {
  package let symbols: [String]

  /// The label of silence, where the set has one.
  package let silence: Int32?

  private let labels: [String: Int32]

  /// Makes a table of these names.
  ///
  /// - Throws: ``ScoringError/duplicateSymbol(_:)``, and ``ScoringError/unknownSymbol(_:)`` for a silence
  ///   that is not among the symbols.
  package init(symbols: [String], silence: String?) throws(ScoringError) {
    var labels: [String: Int32] = [:]
    labels.reserveCapacity(symbols.count)
    for (label, symbol) in symbols.enumerated() {
      guard !symbol.isEmpty, labels.updateValue(Int32(clamping: label), forKey: symbol) == nil else {
        throw .duplicateSymbol(symbol)
      }
    }
    self.symbols = symbols
    self.labels = labels
    guard let silence else {
      self.silence = nil
      return
    }
    guard let label = labels[silence] else { throw .unknownSymbol(silence) }
    self.silence = label
  }

  /// The labels of these names.
  ///
  /// - Throws: ``ScoringError/unknownSymbol(_:)``.
  package func labels(of names: some Sequence<String>) throws(ScoringError) -> [Int32] {
    var result: [Int32] = []
    for name in names {
      guard let label = labels[name] else { throw .unknownSymbol(name) }
      result.append(label)
    }
    return result
  }
}
