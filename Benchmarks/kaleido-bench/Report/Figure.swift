/// A line of the report: our result, that of a peer, the target and whether it is met.
struct Figure: Codable, Sendable {
  /// The measured case, such as "40 bins, 600 s".
  let item: String
  let unit: String
  let ours: Summary
  let peer: Peer?
  /// Our result relative to the peer or to the quantity of the target, as described by `ratioMeaning`.
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

  /// A figure with a peer in the same unit of time, whose ratio is our speedup.
  static func faster(
    _ item: String, unit: String, ours: Summary, peer: Peer, target: Double? = nil, note: String? = nil
  ) -> Figure {
    let ratio = peer.summary.median / ours.median
    return Figure(
      item, unit: unit, ours: ours, peer: peer, ratio: ratio, ratioMeaning: "peer ÷ ours",
      target: target.map { Target(.atLeast, $0, of: ratio) }, note: note)
  }
}

/// The result that ours is compared with.
struct Peer: Codable, Sendable {
  let name: String
  let summary: Summary
}

/// A bound, and whether the measured value meets it.
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

/// The figures of one command.
struct Section: Codable, Sendable {
  let title: String
  /// The method, the corpus, and the versions of peers.
  let conditions: [String]
  var figures: [Figure]
}

/// The results of one run of the benchmark.
struct BenchmarkReport: Codable, Sendable {
  let machine: Machine
  var sections: [Section]
}
