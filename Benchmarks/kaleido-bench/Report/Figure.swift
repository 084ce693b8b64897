/// One line of the report: ours, what it stands beside, the target and whether it is met.
struct Figure: Codable, Sendable {
  /// What was measured: "40 bins, 600 s".
  let item: String
  let unit: String
  let ours: Summary
  let peer: Peer?
  /// Ours against the peer or the target's own quantity; what it is stands in `ratioMeaning`.
  let ratio: Double?
  let ratioMeaning: String?
  let target: Target?
  let note: String?

  init(
    _ item: String, unit: String, ours: Summary, peer: Peer? = nil, ratio: Double? = nil,
    ratioMeaning: String? = nil,
    target: Target? = nil, note: String? = nil
  ) {
    self.item = item
    self.unit = unit
    self.ours = ours
    self.peer = peer
    self.ratio = ratio
    self.ratioMeaning = ratioMeaning
    self.target = target
    self.note = note
  }

  /// Ours beside a peer in the same unit of time: the ratio is how many times faster we are.
  static func faster(
    _ item: String, unit: String, ours: Summary, peer: Peer, target: Double? = nil, note: String? = nil
  ) -> Figure {
    let ratio = peer.summary.median / ours.median
    return Figure(
      item, unit: unit, ours: ours, peer: peer, ratio: ratio, ratioMeaning: "peer ÷ ours",
      target: target.map { Target(.atLeast, $0, of: ratio) }, note: note)
  }
}

/// What ours is measured beside.
struct Peer: Codable, Sendable {
  let name: String
  let summary: Summary
}

/// A bound that the issue sets, and whether the measured value keeps it.
struct Target: Codable, Sendable {
  enum Bound: String, Codable, Sendable {
    case atLeast = "≥"
    case atMost = "≤"
    case equal = "="
  }

  let bound: Bound
  let value: Double
  let unit: String
  let isMet: Bool

  init(_ bound: Bound, _ value: Double, unit: String = "", of measured: Double) {
    self.bound = bound
    self.value = value
    self.unit = unit
    switch bound {
    case .atLeast: isMet = measured >= value
    case .atMost: isMet = measured <= value
    case .equal: isMet = measured == value
    }
  }
}

/// The figures of one command, with what they were measured on.
struct Section: Codable, Sendable {
  let title: String
  /// How it was measured, what corpus, which peers in which version.
  let conditions: [String]
  var figures: [Figure]
}

/// All that one call of the benchmark measured.
struct BenchmarkReport: Codable, Sendable {
  let machine: Machine
  var sections: [Section]
}
