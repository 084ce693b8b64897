/// How many utterances may be rejected before a run counts as failed.
package enum RejectLimit: Sendable, Equatable {
  case count(Int)
  /// Percentage of all utterances, 0 to 100.
  case percent(Double)

  /// Reads `12` or `2.5%`.
  package init?(_ text: String) {
    if text.hasSuffix("%") {
      guard let value = Double(text.dropLast()), (0...100).contains(value) else { return nil }
      self = .percent(value)
    } else {
      guard let value = Int(text), value >= 0 else { return nil }
      self = .count(value)
    }
  }

  package func allows(_ rejects: Int, of total: Int) -> Bool {
    switch self {
    case .count(let most): rejects <= most
    case .percent(let most): Double(rejects) <= most / 100 * Double(total)
    }
  }

  /// The limit as ``init(_:)`` reads it.
  package var text: String {
    switch self {
    case .count(let most): "\(most)"
    case .percent(let most): "\(most)%"
    }
  }
}
