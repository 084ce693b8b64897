/// The triangles of a mel filter bank over the points 0 … P/2 − 1 of a spectrum (the Nyquist point is never used).
///
/// With the HTK scale (Kaldi's): Δ = (m(high) − m(low)) / (B + 1), and bin b has its left foot l = m(low) + bΔ, centre
/// c = l + Δ and right foot r = l + 2Δ, in mel; the weight of point k with mel m_k is (m_k − l)/(c − l) up to the
/// centre and (r − m_k)/(r − c) after it, and zero unless l < m_k < r. Under a warp the feet and the centre are warped
/// in Hz. With the Slaney scale the feet and centres are equally spaced in mel and the sides straight in Hz.
///
/// Source: Kaldi, `feat/mel-computations.cc`; librosa, `filters.mel`.
package struct MelWeights: Sendable, Equatable {
  /// The part of a triangle that is not zero.
  package struct Triangle: Sendable, Equatable {
    /// The first point of the spectrum with a weight.
    package var firstPoint: Int
    /// The weights from there on.
    package var weights: [Double]
    /// How many of them stand at or before the centre; the next triangle begins after so many points.
    package var risingCount: Int
  }

  /// One triangle a bin, lowest first.
  package let triangles: [Triangle]

  /// Points of a spectrum, P/2.
  package let points: Int

  /// Computes the triangles.
  ///
  /// - Throws: what `MelOptions.validate` throws, and `SignalError.emptyMelBin`.
  package init(_ options: MelOptions, frame: FrameOptions) throws(SignalError) {
    try frame.validate()
    try options.validate(nyquistHertz: frame.nyquistHertz)
    let size = frame.transformSize
    let points = size / 2
    // Each bin needs a point of its own, so that more of them than points cannot all be filled.
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

    // Positions and edges rise, so that one sweep finds every first point.
    var triangles: [Triangle] = []
    triangles.reserveCapacity(options.bins)
    var first = 0
    for bin in 0..<options.bins {
      let left = edge(bin)
      let centre = edge(bin + 1)
      let right = edge(bin + 2)
      var height = 1.0
      if options.normalisation == .area {
        let inHertz = { (edge: Double) in scale == .htk ? scale.hertz(mel: edge) : edge }
        height = 2 / (inHertz(right) - inHertz(left))
      }
      while first < points, position[first] <= left { first += 1 }
      let inside = position[first...].prefix { $0 < right }
      guard !inside.isEmpty else {
        throw .emptyMelBin(bin: bin, bins: options.bins, transformSize: size)
      }
      let risingCount = inside.prefix { $0 <= centre }.count
      var weights = inside.map { at in
        height * (at <= centre ? (at - left) / (centre - left) : (right - at) / (right - centre))
      }
      if bin == 0, options.htkMode, lowMel != 0 { weights[0] = 0 }
      triangles.append(Triangle(firstPoint: first, weights: weights, risingCount: risingCount))
    }
    self.triangles = triangles
    self.points = points
  }
}
