package import Learning

/// The center of one band of a learned filter bank: Σ_k w_k f_k / Σ_k w_k over the points it pools.
package struct BandCenter: Sendable, Equatable {
  package var startHertz: Double
  /// Nil for a band whose weights have all become 0.
  package var nowHertz: Double?
}

extension TrainableFrontEnd {
  /// The centers of the bands that are learned, the lowest first; empty for a front end without them.
  package func bandCenters(from start: ModelValues, to now: ModelValues) -> [BandCenter] {
    guard let centers = filters?.bandCenters else { return [] }
    return zip(centers(start), centers(now)).map { BandCenter(startHertz: $0 ?? 0, nowHertz: $1) }
  }
}
