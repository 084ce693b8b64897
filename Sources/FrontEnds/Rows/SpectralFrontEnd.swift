import Foundations
package import Signal

/// The rows without parameters: mel filter bank, cepstra, spectrum; then deltas, splicing, subsampling,
/// normalisation.
package struct SpectralFrontEnd: FrontEnd {
  package let row: RowName
  package let configuration: FeatureConfiguration
  package let channels: Int
  package let timing: FrameTiming
  private let plan: any FeaturePlan
  private let postprocessing: PostprocessingOptions

  /// The most values that the rows owed at the end of an utterance may have (1 GiB).
  package static let maximumHeldValues = 1 << 28

  /// Checks the options and makes the tables that all utterances share.
  ///
  /// - Throws: ``FrontEndError/signal(_:)``, ``FrontEndError/postprocessing(_:)`` and
  ///   ``FrontEndError/tooLarge(values:allowed:)``.
  package init(row: RowName, configuration: FeatureConfiguration) throws(FrontEndError) {
    self.row = row
    self.configuration = configuration
    do throws(SignalError) {
      switch row {
      case .mel: plan = try FilterBankPlan(configuration.filterBankOptions)
      case .mfcc: plan = try MFCCPlan(configuration.mfccOptions)
      case .fft:
        plan = try SpectrumPlan(
          configuration.frameOptions, usesPower: configuration.usesPower, usesLog: configuration.usesLog)
      case .melPooled, .kaleidoscope, .kaleidoscopePooled, .kaleidoscopeTime, .dense, .lowRank, .sparse,
        .circulant, .given:
        preconditionFailure("\(row.rawValue) is no plan of its own")
      }
    } catch {
      throw .signal(error)
    }
    postprocessing = configuration.postprocessingOptions
    do throws(PostprocessingError) {
      channels = try postprocessing.validate(channels: plan.channels)
    } catch {
      throw .postprocessing(error)
    }
    timing = FrameTiming(frame: plan.frame, subsample: postprocessing.subsample)
    // Frames whose ends are reflected, and all rows that wait, may come out together.
    let owed = timing.frameLengthSamples / timing.frameShiftSamples + 2 + postprocessing.initialLatencyFrames
    let (values, overflow) = postprocessing.maximumFrameCount(of: owed).multipliedReportingOverflow(
      by: channels)
    guard !overflow, values <= Self.maximumHeldValues else {
      throw .tooLarge(values: overflow ? .max : values, allowed: Self.maximumHeldValues)
    }
  }

  package var latencyFrames: Int { postprocessing.latencyFrames }
  package var initialLatencyFrames: Int { postprocessing.initialLatencyFrames }
  package var fingerprint: ArithmeticFingerprint { plan.fingerprint }

  package func maximumRows(ofBlock samples: Int) -> Int {
    let (length, shift) = (timing.frameLengthSamples, timing.frameShiftSamples)
    // Accepting n samples completes at most n / S frames, rounded up. At the end those are owed whose last sample the
    // audio does not reach: none where edges are snipped, else less than N / 2S + 2.
    let accepted = (max(1, samples) - 1) / shift + 1
    let owed = plan.frame.snipsEdges ? 0 : length / shift + 2
    let context = postprocessing.deltas.order * postprocessing.deltas.window + postprocessing.splice.right
    let frames = [accepted, owed, context].reduce(0) { $0 + postprocessing.maximumFrameCount(of: $1) }
    // The normaliser gives all rows it holds at most once before the end; the stream wants room at the end for as many
    // again, and once more for what the context gives.
    let held = postprocessing.sliding?.initialLatencyFrames ?? 0
    return max(1, frames + (context > 0 ? 3 : 2) * held)
  }

  package func makeStream(utterance: String) -> any FrontEndStream {
    SpectralFrontEndStream(
      plan: plan, postprocessing: postprocessing, outputChannels: channels, utterance: utterance)
  }

  package var summary: String { "\(words); \(channels) channels" }

  /// The summary without the channels.
  var words: String {
    func text(_ number: Double) -> String { SettingValue.real(number).text }
    let (frame, mel) = (configuration.frameOptions, configuration.mel)
    let high = mel.resolvedHighFrequencyHertz(nyquistHertz: frame.nyquistHertz)
    let bins = "\(mel.bins) mel bins from \(text(mel.lowFrequencyHertz)) to \(text(high)) Hz"
    var parts: [String] = []
    switch row {
    case .mel: parts.append((configuration.usesLog ? "log of " : "") + bins)
    case .mfcc: parts.append("\(configuration.cepstra) cepstra of \(bins)")
    case .fft:
      parts.append(
        (configuration.usesLog ? "log " : "") + (configuration.usesPower ? "power" : "magnitude")
          + " spectrum of \(frame.transformSize) points")
    default: break
    }
    parts.append(
      "\(text(frame.frameLengthMilliseconds)) ms \(frame.window.name) frames every "
        + "\(text(frame.frameShiftMilliseconds)) ms at \(frame.sampleRateHertz) Hz")
    if row != .fft, configuration.energy.isUsed { parts.append("energy") }
    if frame.dither > 0 { parts.append("dither \(text(frame.dither))") }
    for option in ["deltas", "splice", "subsample"] {
      guard let option = try? FeatureOption.named(option) else { continue }
      let value = option.value(in: configuration)
      if value != option.defaultValue { parts.append("\(option.name) \(value.text)") }
    }
    if configuration.cmvn == .sliding { parts.append("sliding normalisation") }
    return "\(row.rawValue): \(parts.joined(separator: ", "))"
  }
}
