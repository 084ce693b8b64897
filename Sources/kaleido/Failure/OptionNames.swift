import Signal
import Workflows

/// The options of the command line behind the fields that ``SignalError`` names.
enum SignalField {
  private static let options = [
    "sampleRateHertz": "sample-rate", "frameLengthMilliseconds": "frame-length",
    "frameShiftMilliseconds": "frame-shift", "preemphasis": "preemphasis", "dither": "dither",
    "window": "blackman-coeff", "vtlnWarp": "vtln-warp", "energyFloor": "energy-floor", "cepstra": "cepstra",
    "lifter": "cepstral-lifter",
  ]

  /// The option as it is written; the field itself where no option sets it.
  static func option(_ field: String) -> String { options[field].map { "--\($0)" } ?? field }
}

extension PostprocessingOption {
  /// The option as it is written on the command line.
  var commandLineName: String {
    switch self {
    case .deltaOrder: "--deltas"
    case .deltaWindow: "--delta-window"
    case .spliceLeft: "--splice (before)"
    case .spliceRight: "--splice (after)"
    case .subsampleFactor: "--subsample"
    case .subsampleOffset: "--subsample-offset"
    case .slidingWindow: "--cmn-window"
    case .slidingMinimumWindow: "--min-cmn-window"
    }
  }
}
