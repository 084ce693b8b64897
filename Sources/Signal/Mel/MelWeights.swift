/// The triangles of a mel filter bank over the points 0 … P/2 − 1 of a spectrum (the Nyquist point is never
/// used).
///
/// With the HTK scale (Kaldi's), Δ = (m(high) − m(low)) / (B + 1), and bin b has its left foot l = m(low) +
/// bΔ, center c = l + Δ and right foot r = l + 2Δ, in mel; the weight of point k with mel m_k is (m_k − l)/(c
/// − l) up to the center, (r − m_k)/(r − c) after it, and zero unless l < m_k < r. With a warp, feet and
/// center are warped in Hz. With the Slaney scale, feet and centers are equally spaced in mel and the sides
/// straight in Hz.
///
/// Source: Kaldi, `feat/mel-computations.cc`; librosa, `filters.mel`.
package struct MelWeights: Sendable, Equatable {
  /// The nonzero part of a triangle.
  package struct Triangle: Sendable, Equatable {
    /// The first point of the spectrum with a weight.
    package var firstPoint: Int
    /// The weights of the points from `firstPoint` on.
    package var weights: [Double]
    /// The number of weights up to the center; the next triangle begins after as many points.
    package var risingCount: Int
  }

  /// One triangle per bin, lowest first.
  package let triangles: [Triangle]

  /// The number of points in a spectrum, P/2.
  package let points: Int

  /// Computes the triangles.
  ///
  /// - Throws: the errors of ``MelOptions/validate(nyquistHertz:)``, and
  ///   ``SignalError/emptyMelBin(bin:bins:transformSize:)``.
  package init(_ options: MelOptions, frame: FrameOptions) throws(SignalError) {
    try frame.validate()
    try options.validate(nyquistHertz: frame.nyquistHertz)
    let size = frame.transformSize
    let points = size / 2
    // Each bin needs its own point, so more bins than points cannot all be filled.
    guard options.bins <= points else {
      throw .emptyMelBin(bin: points, bins: options.bins, transformSize: size)
    }
    let scale = options.scale
    let warp = VocalTractLengthWarp(options, nyquistHertz: frame.nyquistHertz)
    let high = options.resolvedHighFrequencyHertz(nyquistHertz: frame.nyquistHertz)
    let lowMel = scale.mel(hertz: options.lowFrequencyHertz)
    let deltaMel = (scale.mel(hertz: high) - lowMel) / Double(options.bins + 1)
    let pointHertz = (0..<points).map { Double($0) * Double(frame.sampleRateHertz) / Double(size) }
    let position = scale == .htk ? pointHertz.map { scale.mel(hertz: $0) } : pointHertz

    func edge(_ index: Int) -> Double {
      let mel = lowMel + Double(index) * deltaMel
      if scale == .htk, options.vtlnWarp == 1 { return mel }
      let hertz = warp.warp(scale.hertz(mel: mel))
      return scale == .htk ? scale.mel(hertz: hertz) : hertz
    }

    // Positions and edges increase, so one sweep finds all first points.
    var triangles: [Triangle] = []
    triangles.reserveCapacity(options.bins)
    var first = 0
    for bin in 0..<options.bins {
      let left = edge(bin)
      let center = edge(bin + 1)
      let right = edge(bin + 2)
      var height = 1.0
      if options.normalization == .area {
        let inHertz = { (edge: Double) in scale == .htk ? scale.hertz(mel: edge) : edge }
        height = 2 / (inHertz(right) - inHertz(left))
      }
      while first < points, position[first] <= left { first += 1 }
      let inside = position[first...].prefix { $0 < right }
      guard !inside.isEmpty else {
        throw .emptyMelBin(bin: bin, bins: options.bins, transformSize: size)
      }
      let risingCount = inside.prefix { $0 <= center }.count
      var weights = inside.map { at in
        height * (at <= center ? (at - left) / (center - left) : (right - at) / (right - center))
      }
      if bin == 0, options.htkMode, lowMel != 0 { weights[0] = 0 }
      triangles.append(Triangle(firstPoint: first, weights: weights, risingCount: risingCount))
    }
    self.triangles = triangles
    self.points = points
  }
}
