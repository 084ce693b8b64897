import Learning
import Signal

/// Frames of samples, or their spectra: the sources of front ends that learn.
enum Frames {
  static let isRaw = OptionKey.flag("raw", help: "Frames as they are, without DC removal and pre-emphasis.")
}

extension AssemblyContext {
  /// Frames of samples, `[frames, frame length]`; of odd lengths with zeros up to a power of two.
  ///
  /// - Parameter hasWindow: whether what follows begins with the options' window.
  func frames(isRaw: Bool, hasWindow: Bool = true) throws(FrontEndError) -> FrontEndAssembly {
    var frame = configuration.frameOptions
    frame.window = .rectangular
    // A frame is padded by the map; a plan of odd length has no transform.
    frame.roundsToPowerOfTwo = !frame.frameLength.isMultiple(of: 2)
    if isRaw {
      frame.preemphasis = 0
      frame.removesDCOffset = false
    }
    let plan = try plan { () throws(SignalError) in try WindowedFramePlan(frame) }
    return try assembly(
      plan, operations: isRaw ? 0 : 4 * frame.frameLength,
      description: [configuration.frameDescription(hasWindow: hasWindow)] + configuration.ditherDescription)
  }

  /// The power spectrum.
  func powerSpectrum() throws(FrontEndError) -> FrontEndAssembly {
    let plan = try plan { () throws(SignalError) in try SpectrumPlan(configuration.frameOptions) }
    return try assembly(
      plan, operations: configuration.spectrumOperations,
      description: ["power spectrum of \(plan.frame.transformSize) points", configuration.frameDescription()]
        + configuration.ditherDescription)
  }
}
