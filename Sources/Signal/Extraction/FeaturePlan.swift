import Foundations

/// A kind of feature with all its options; it makes the streams that compute it.
///
/// Plans are immutable and may be shared by any number of tasks. Making one computes tables and plans a
/// transform, so it does not belong in inner loops.
package protocol FeaturePlan: Sendable {
  /// The framing options.
  var frame: FrameOptions { get }
  /// The number of values per frame.
  var channels: Int { get }
  /// The versions and tables that determine the bits of the rows.
  var fingerprint: ArithmeticFingerprint { get }
  /// A stream with its own memory, for one utterance at a time.
  ///
  /// - Parameter utteranceKey: The key of the utterance's dither.
  func makeStream(utteranceKey: UInt64) -> FeatureStream
}

extension FeaturePlan {
  /// The features of a whole signal, `[frames, channels]`.
  package func features(of samples: [Int16], utteranceKey: UInt64 = 0) -> [Float] {
    samples.withUnsafeBufferPointer { samples in
      features(sampleCount: samples.count, utteranceKey: utteranceKey) { $0.accept(samples, into: $1) }
    }
  }

  /// The features of a whole signal of Int16-valued samples, `[frames, channels]`.
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
    let frames =
      stream.maximumFrames(accepting: sampleCount) + stream.maximumFinishFrames(accepting: sampleCount)
    // An array of capacity zero is the empty array that all threads share, and must not be written to.
    guard frames > 0 else { return [] }
    return [Float](unsafeUninitializedCapacity: frames * channels) { rows, count in
      let given = accept(stream, rows)
      stream.finish(into: UnsafeMutableBufferPointer(rebasing: rows[(given * channels)...]))
      count = frames * channels
    }
  }
}

/// Log mel filter bank energies, as computed by Kaldi.
package struct FilterBankPlan: FeaturePlan {
  /// The options of the plan.
  package let options: FilterBankOptions
  let core: ExtractionPlan

  /// Checks the options and makes the tables.
  ///
  /// - Throws: ``SignalError`` for options that Kaldi would reject.
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

/// Mel frequency cepstral coefficients, as computed by Kaldi.
package struct MFCCPlan: FeaturePlan {
  /// The options of the plan.
  package let options: MFCCOptions
  let core: ExtractionPlan

  /// Checks the options and makes the tables.
  ///
  /// - Throws: ``SignalError`` for options that Kaldi would reject.
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

/// The spectrum |X_k|² or |X_k|, k = 0 … P/2, of each frame, or its natural logarithm after a floor of 2⁻²³.
package struct SpectrumPlan: FeaturePlan {
  package let frame: FrameOptions
  let core: ExtractionPlan

  /// Checks the options and makes the tables.
  ///
  /// - Throws: ``SignalError``.
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

/// The samples of each frame after dither, DC removal, pre-emphasis and window, zero-padded to P: the input
/// of learnable transforms.
package struct WindowedFramePlan: FeaturePlan {
  package let frame: FrameOptions
  let core: ExtractionPlan

  /// Checks the options and makes the tables.
  ///
  /// - Throws: ``SignalError``.
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
