/// A kind of feature with all its options: what its rows hold, and how to make streams that compute them.
///
/// Plans are immutable values that any number of tasks may share; making one computes tables and asks FFTW for a
/// transform, and so is not for inner loops.
package protocol FeaturePlan: Sendable {
  /// Framing.
  var frame: FrameOptions { get }
  /// Columns of a row.
  var channels: Int { get }
  /// Where the bits of the rows come from.
  var fingerprint: ArithmeticFingerprint { get }
  /// A stream for one utterance at a time, with memory of its own. `utteranceKey` tells its dither from that of others.
  func makeStream(utteranceKey: UInt64) -> FeatureStream
}

extension FeaturePlan {
  /// The features of a whole signal, `[frames, channels]`, row by row.
  package func features(of samples: [Int16], utteranceKey: UInt64 = 0) -> [Float] {
    samples.withUnsafeBufferPointer { samples in
      features(sampleCount: samples.count, utteranceKey: utteranceKey) { $0.accept(samples, into: $1) }
    }
  }

  /// The features of a whole signal on the scale of Int16, `[frames, channels]`, row by row.
  package func features(of samples: [Float], utteranceKey: UInt64 = 0) -> [Float] {
    samples.withUnsafeBufferPointer { samples in
      features(sampleCount: samples.count, utteranceKey: utteranceKey) { $0.accept(samples, into: $1) }
    }
  }

  private func features(
    sampleCount: Int, utteranceKey: UInt64,
    accept: (FeatureStream, UnsafeMutableBufferPointer<Float>) -> Int
  ) -> [Float] {
    let stream = makeStream(utteranceKey: utteranceKey)
    let frames = stream.frames(afterAccepting: sampleCount, finishing: true)
    // Filling an array without room would write to the one empty array that all threads share.
    guard frames > 0 else { return [] }
    return [Float](unsafeUninitializedCapacity: frames * channels) { rows, count in
      let given = accept(stream, rows)
      stream.finish(into: UnsafeMutableBufferPointer(rebasing: rows[(given * channels)...]))
      count = frames * channels
    }
  }
}

/// Log mel filter bank energies, as Kaldi computes them.
package struct FilterBankPlan: FeaturePlan {
  /// The options that the plan was made for.
  package let options: FilterBankOptions
  let core: ExtractionPlan

  /// Checks the options and makes the tables.
  ///
  /// - Throws: `SignalError` for whatever Kaldi would refuse.
  package init(_ options: FilterBankOptions = FilterBankOptions()) throws(SignalError) {
    try self.init(options, kernels: .best)
  }

  init(_ options: FilterBankOptions, kernels: Kernels) throws(SignalError) {
    try options.validate()
    self.options = options
    core = try ExtractionPlan(
      kind: .filterBank, frame: options.frame, mel: options.mel, energy: options.energy,
      usesPower: options.usesPower, usesLog: options.usesLog, kernels: kernels)
  }

  package var frame: FrameOptions { options.frame }
  package var channels: Int { core.channels }
  package var fingerprint: ArithmeticFingerprint { ArithmeticFingerprint(core) }

  package func makeStream(utteranceKey: UInt64 = 0) -> FeatureStream {
    FeatureStream(plan: core, utteranceKey: utteranceKey)
  }
}

/// Mel frequency cepstral coefficients, as Kaldi computes them.
package struct MFCCPlan: FeaturePlan {
  /// The options that the plan was made for.
  package let options: MFCCOptions
  let core: ExtractionPlan

  /// Checks the options and makes the tables.
  ///
  /// - Throws: `SignalError` for whatever Kaldi would refuse.
  package init(_ options: MFCCOptions = MFCCOptions()) throws(SignalError) {
    try self.init(options, kernels: .best)
  }

  init(_ options: MFCCOptions, kernels: Kernels) throws(SignalError) {
    try options.validate()
    self.options = options
    core = try ExtractionPlan(
      kind: .cepstra, frame: options.frame, mel: options.mel, energy: options.energy,
      cepstra: options.cepstra, lifter: options.lifter, kernels: kernels)
  }

  package var frame: FrameOptions { options.frame }
  package var channels: Int { core.channels }
  package var fingerprint: ArithmeticFingerprint { ArithmeticFingerprint(core) }

  package func makeStream(utteranceKey: UInt64 = 0) -> FeatureStream {
    FeatureStream(plan: core, utteranceKey: utteranceKey)
  }
}

/// The spectrum of each frame, |X_k|² or |X_k|, k = 0 … P/2, or its natural logarithm floored at 2⁻²³.
package struct SpectrumPlan: FeaturePlan {
  package let frame: FrameOptions
  let core: ExtractionPlan

  /// Checks the options and makes the tables.
  package init(_ frame: FrameOptions, usesPower: Bool = true, usesLog: Bool = false) throws(SignalError) {
    self.frame = frame
    core = try ExtractionPlan(kind: .spectrum(usesLog: usesLog), frame: frame, usesPower: usesPower)
  }

  package var channels: Int { core.channels }
  package var fingerprint: ArithmeticFingerprint { ArithmeticFingerprint(core) }

  package func makeStream(utteranceKey: UInt64 = 0) -> FeatureStream {
    FeatureStream(plan: core, utteranceKey: utteranceKey)
  }
}

/// The samples of each frame after dither, DC removal, pre-emphasis and window, with zeros up to P: what a learnt
/// transform starts from.
package struct WindowedFramePlan: FeaturePlan {
  package let frame: FrameOptions
  let core: ExtractionPlan

  /// Checks the options and makes the tables.
  package init(_ frame: FrameOptions) throws(SignalError) {
    self.frame = frame
    core = try ExtractionPlan(kind: .windowedSamples, frame: frame)
  }

  package var channels: Int { core.channels }
  package var fingerprint: ArithmeticFingerprint { ArithmeticFingerprint(core) }

  package func makeStream(utteranceKey: UInt64 = 0) -> FeatureStream {
    FeatureStream(plan: core, utteranceKey: utteranceKey)
  }
}
