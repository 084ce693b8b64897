package import Learning

/// Where the weights of one band of a learnt filter bank lie: Σ_k w_k f_k / Σ_k w_k over the points it pools.
package struct BandCentre: Sendable, Equatable {
  package var startHertz: Double
  /// Nil for a band whose weights have all become 0.
  package var nowHertz: Double?
}

extension TrainableFrontEnd {
  /// The centres of the bands that are learnt, the lowest first; empty for a row without them.
  package func bandCentres(from start: ModelValues, to now: ModelValues) -> [BandCentre] {
    let layers = (layer as? SequentialLayer)?.layers ?? [layer].compactMap(\.self)
    guard let pooling = layers.lazy.compactMap({ $0 as? PoolingLayer }).first else { return [] }
    // The last point is Nyquist's.
    let step = Double(source.timing.sampleRateHertz) / 2 / Double(pooling.bands.points - 1)
    func centre(_ band: PoolingBands.Band, _ values: ModelValues) -> Double? {
      let weights = values.parameter(pooling.weights) + band.offset
      var (sum, moment) = (0.0, 0.0)
      for k in 0..<band.width {
        sum += Double(weights[k])
        moment += Double(weights[k]) * Double(band.firstPoint + k)
      }
      return sum > 0 ? moment / sum * step : nil
    }
    return pooling.bands.bands.map {
      BandCentre(startHertz: centre($0, start) ?? 0, nowHertz: centre($0, now))
    }
  }
}
