import Foundations
import Signal

extension FeatureConfiguration {
  /// Length, shift and rate of the frames, and their window, if they have one.
  func frameDescription(hasWindow: Bool = true) -> String {
    let frame = frameOptions
    let window = hasWindow ? frame.window.name + " " : ""
    return "\(text(frame.frameLengthMilliseconds)) ms \(window)frames every "
      + "\(text(frame.frameShiftMilliseconds)) ms at \(frame.sampleRateHertz) Hz"
  }

  /// The dither; empty where there is none.
  var ditherDescription: [String] { frame.dither > 0 ? ["dither \(text(frame.dither))"] : [] }

  /// Number and range of the mel bins.
  var melDescription: String {
    let high = mel.resolvedHighFrequencyHertz(nyquistHertz: frameOptions.nyquistHertz)
    return "\(mel.bins) mel bins from \(text(mel.lowFrequencyHertz)) to \(text(high)) Hz"
  }

  /// The steps after the front end.
  var postprocessingDescription: [String] {
    var description: [String] = []
    for option in [FeatureOption.deltas, .splice, .subsample] {
      let value = option.value(in: self)
      if value != option.defaultValue { description.append("\(option.name) \(value.text)") }
    }
    if cmvn == .sliding { description.append("sliding normalization") }
    return description
  }

  /// The first option that asks for a step after the front end.
  var firstPostprocessingOption: String? {
    let defaults = FeatureConfiguration()
    if deltas.order > 0 { return "deltas" }
    if splice != defaults.splice { return "splice" }
    if subsample != defaults.subsample { return "subsample" }
    return cmvn == .sliding ? "cmvn" : nil
  }

  /// Operations of preparation, window, FFT (5/2 P log2 P) and power.
  var spectrumOperations: Int {
    let (length, points) = (frameOptions.frameLength, frameOptions.transformSize)
    let log2 = Int.bitWidth - 1 - points.leadingZeroBitCount
    return 5 * length + 5 * points * log2 / 2 + 3 * (points / 2 + 1)
  }

  private func text(_ number: Double) -> String { SettingValue.real(number).text }
}
