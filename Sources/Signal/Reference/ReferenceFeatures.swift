import Glibc

/// The features in double precision throughout, written for clarity: the reference for the fast path.
///
/// It takes the same options and the same dither (with normal variates in double precision). It is not fast:
/// it holds the whole signal and allocates for each frame.
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

  /// Mel filter bank rows, `[frames][channels]`.
  ///
  /// - Throws: the errors of ``FilterBankPlan``.
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

  /// Cepstral rows, `[frames][channels]`.
  ///
  /// - Throws: the errors of ``MFCCPlan``.
  package static func mfcc(
    _ options: MFCCOptions, samples: [Double], utteranceKey: UInt64 = 0
  ) throws(SignalError) -> [[Double]] {
    try options.validate()
    let reference = try ReferenceFeatures(options.frame)
    let rows = try reference.melRows(
      samples, utteranceKey: utteranceKey, mel: options.mel, usesPower: true, usesLog: true,
      energy: options.energy)
    let cosines = DiscreteCosine.rows(
      cepstra: options.cepstra, bins: options.mel.bins, lifter: options.lifter)
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
    let transform = try ReferenceDFT(size: frame.transformSize)
    let floor = Double(Float.ulpOfOne)
    return windowedFrames(samples, utteranceKey: utteranceKey).map { x in
      let power = transform.power(x.windowed)
      let spectrum = usesPower ? power : power.map { $0.squareRoot() }
      let bins = weights.triangles.map { triangle in
        var sum = 0.0
        for (offset, weight) in triangle.weights.enumerated() {
          sum += weight * spectrum[triangle.firstPoint + offset]
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
