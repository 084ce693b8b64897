import Glibc
package import Signal

/// Mel and cepstral features in double precision, written for clarity: the reference for the fast path.
///
/// It takes the same options, mel weights and dither (with normal variates in double precision). Transforms
/// are direct sums, O(P²) a frame.
///
/// Source: Kaldi, `feature-window.cc`, `feature-fbank.cc`, `feature-mfcc.cc`, `mel-computations.cc`.
package struct ReferenceFeatures: Sendable {
  private let frame: FrameOptions
  private let window: [Double]

  private init(_ frame: FrameOptions) throws(SignalError) {
    try frame.validate()
    self.frame = frame
    window = frame.window.values(count: frame.frameLength)
  }

  /// Mel filter bank features, `[frames][channels]`.
  ///
  /// - Throws: the errors of `FilterBankPlan`.
  package static func filterBank(
    _ options: FilterBankOptions, samples: [Double], utteranceKey: UInt64 = 0
  ) throws(SignalError) -> [[Double]] {
    try options.validate()
    let reference = try ReferenceFeatures(options.frame)
    return try reference.melRows(
      samples, utteranceKey: utteranceKey, mel: options.mel, usesPower: options.usesPower,
      usesLog: options.usesLog, energy: options.energy
    ).map { row in
      guard options.energy.isUsed else { return row.bins }
      return options.energy.isHTKCompatible ? row.bins + [row.logEnergy] : [row.logEnergy] + row.bins
    }
  }

  /// Cepstral features, `[frames][channels]`.
  ///
  /// - Throws: the errors of `MFCCPlan`.
  package static func mfcc(
    _ options: MFCCOptions, samples: [Double], utteranceKey: UInt64 = 0
  ) throws(SignalError) -> [[Double]] {
    try options.validate()
    let reference = try ReferenceFeatures(options.frame)
    let rows = try reference.melRows(
      samples, utteranceKey: utteranceKey, mel: options.mel, usesPower: true, usesLog: true,
      energy: options.energy)
    let cosines = (0..<options.cepstra).map { k in
      cosineRow(k, bins: options.mel.bins, lifter: options.lifter)
    }
    return rows.map { row in
      var cepstra = cosines.map { cosine in zip(cosine, row.bins).reduce(0) { $0 + $1.0 * $1.1 } }
      if options.energy.isUsed { cepstra[0] = row.logEnergy }
      if options.energy.isHTKCompatible {
        let first = cepstra.removeFirst()
        cepstra.append(options.energy.isUsed ? first : first * 2.0.squareRoot())
      }
      return cepstra
    }
  }

  /// Row k of the discrete cosine transform times its lifter 1 + ½ Q sin(πk/Q).
  private static func cosineRow(_ k: Int, bins: Int, lifter: Double) -> [Double] {
    let lift = lifter == 0 ? 1 : 1 + lifter / 2 * sin(.pi * Double(k) / lifter)
    let scale = lift * ((k == 0 ? 1 : 2) / Double(bins)).squareRoot()
    return (0..<bins).map { scale * cos(.pi * Double(k) * (Double($0) + 0.5) / Double(bins)) }
  }

  /// The windowed frames, `[frames][N]`, and the energies before and after the window.
  private func windowedFrames(
    _ samples: [Double], utteranceKey: UInt64
  ) -> [(windowed: [Double], rawEnergy: Double, windowedEnergy: Double)] {
    let length = frame.frameLength
    return (0..<frame.frameCount(sampleCount: samples.count)).map { t in
      let first = frame.firstSample(ofFrame: t)
      var x = (0..<length).map {
        samples[FrameOptions.reflected(first + $0, sampleCount: samples.count)]
      }
      if frame.dither > 0 {
        let noise = ReferenceDither.normals(
          count: length, seed: frame.seed, utterance: utteranceKey, frame: UInt64(t))
        for i in 0..<length { x[i] += frame.dither * noise[i] }
      }
      if frame.removesDCOffset {
        let mean = x.reduce(0, +) / Double(length)
        for i in 0..<length { x[i] -= mean }
      }
      let rawEnergy = x.reduce(0) { $0 + $1 * $1 }
      for i in stride(from: length - 1, to: 0, by: -1) { x[i] -= frame.preemphasis * x[i - 1] }
      x[0] -= frame.preemphasis * x[0]
      for i in 0..<length { x[i] *= window[i] }
      return (x, rawEnergy, x.reduce(0) { $0 + $1 * $1 })
    }
  }

  private func melRows(
    _ samples: [Double], utteranceKey: UInt64, mel: MelOptions, usesPower: Bool, usesLog: Bool,
    energy: EnergyOptions
  ) throws(SignalError) -> [(bins: [Double], logEnergy: Double)] {
    let weights = try MelWeights(mel, frame: frame)
    let spectrum = DirectSpectrum(size: frame.transformSize)
    let floor = Double(Float.ulpOfOne)
    return windowedFrames(samples, utteranceKey: utteranceKey).map { x in
      let power = spectrum.power(of: x.windowed)
      let values = usesPower ? power : power.map { $0.squareRoot() }
      let bins = weights.triangles.map { triangle in
        var sum = 0.0
        for (offset, weight) in triangle.weights.enumerated() {
          sum += weight * values[triangle.firstPoint + offset]
        }
        if mel.htkMode { sum = max(sum, 1) }
        return usesLog ? log(max(sum, floor)) : sum
      }
      var logEnergy = log(max(energy.isRaw ? x.rawEnergy : x.windowedEnergy, floor))
      if energy.floor > 0 { logEnergy = max(logEnergy, log(energy.floor)) }
      return (bins, logEnergy)
    }
  }
}

/// |X_k|² of X_k = Σ_n x_n exp(−2πikn/P), k = 0 … P/2, by direct sums.
private struct DirectSpectrum {
  private let size: Int
  private let cosines: [Double]
  private let sines: [Double]

  init(size: Int) {
    self.size = size
    let angles = (0..<size).map { 2 * Double.pi * Double($0) / Double(size) }
    cosines = angles.map { cos($0) }
    sines = angles.map { sin($0) }
  }

  /// - Parameter samples: at most P; zeros follow.
  func power(of samples: [Double]) -> [Double] {
    (0...size / 2).map { k in
      var (real, imaginary, residue) = (0.0, 0.0, 0)
      for sample in samples {
        real += sample * cosines[residue]
        imaginary += sample * sines[residue]
        residue += k
        if residue >= size { residue -= size }
      }
      return real * real + imaginary * imaginary
    }
  }
}
