import Learning
import Signal

/// Learned mel filters over a power spectrum.
enum Pooling {
  static let band = OptionKey.integer(
    "band", 0...1000, default: 8,
    help: "Points of the spectrum on each side of a mel filter that it may learn to use.")
  static let rate = OptionKey.rate(
    "rate-pooling", default: 0.3, help: "Factor on the learning rate of the pooling.")
}

extension FrontEndAssembly {
  /// Adds pooling of a power spectrum, initially by the mel filters.
  ///
  /// - Parameter frame: framing of the spectrum, its padding included.
  mutating func addPooling(_ frame: FrameOptions, _ context: inout AssemblyContext) throws(FrontEndError) {
    let configuration = context.configuration
    let mel = try context.plan { () throws(SignalError) in
      try MelWeights(configuration.mel, frame: frame)
    }
    let bands = PoolingBands(mel, reach: configuration[Pooling.band])
    let weights = context.declare(
      "pooling.weight", shape: [bands.weightCount], rate: configuration[Pooling.rate],
      initialValues: bands.initialWeights)
    let layer = PoolingLayer(bands: bands, weights: weights)
    add(layer, part: "pooling", [weights], operations: 2 * bands.weightCount)
    description.append("pooled into \(bands.bands.count) bands")
    let rate = source.timing.sampleRateHertz
    markFilters(isLogarithmic: false) { layer.centers($0, sampleRateHertz: rate) }
  }
}

extension PoolingLayer {
  /// The center of each band in Hz, Σ_k w_k f_k / Σ_k w_k; nil for a band whose weights are all 0.
  fileprivate func centers(_ values: ModelValues, sampleRateHertz: Int) -> [Double?] {
    // The last point is at the Nyquist frequency.
    let step = Double(sampleRateHertz) / 2 / Double(bands.points - 1)
    return bands.bands.map { band in
      let w = values.parameter(weights) + band.offset
      var (sum, moment) = (0.0, 0.0)
      for k in 0..<band.width {
        sum += Double(w[k])
        moment += Double(w[k]) * Double(band.firstPoint + k)
      }
      return sum > 0 ? moment / sum * step : nil
    }
  }
}
