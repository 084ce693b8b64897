/// The names of the phone classes in label order, and the label of silence.
///
/// A label is an index into `symbols`; −1 is a deleted phone (`q` at 48 and 39 classes).
package struct PhoneTable: Sendable, Equatable {
  package let symbols: [String]

  /// The label of silence, if the set has one.
  package let silence: Int32?

  private let labels: [String: Int32]

  /// Makes a table.
  ///
  /// - Throws: ``ScoringError/duplicateSymbol(_:)``; ``ScoringError/unknownSymbol(_:)`` if the silence is not
  ///   among the symbols.
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

  /// Looks up the labels of names.
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
