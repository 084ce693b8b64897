import ArgumentParser
import FrontEnds
import Workflows

/// The feature options on the command line.
///
/// Names, defaults, units and help come from the one table of feature options; a test sees to it that none is missing
/// here. What is given is kept as text, since the table reads it.
struct FeatureArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Options of another toolkit to start from: kaldi, kaldi-timit.", valueName: "name"))
  var preset: String?

  @Option(name: .customLong("sample-rate"), parsing: .unconditional, help: Self.help("sample-rate", "Hz"))
  var sampleRate: String?

  @Option(name: .customLong("frame-length"), parsing: .unconditional, help: Self.help("frame-length", "ms"))
  var frameLength: String?

  @Option(name: .customLong("frame-shift"), parsing: .unconditional, help: Self.help("frame-shift", "ms"))
  var frameShift: String?

  @Option(name: .customLong("window"), parsing: .unconditional, help: Self.help("window", "name"))
  var window: String?

  @Option(
    name: .customLong("blackman-coeff"), parsing: .unconditional, help: Self.help("blackman-coeff", "number"))
  var blackmanCoeff: String?

  @Option(name: .customLong("preemphasis"), parsing: .unconditional, help: Self.help("preemphasis", "number"))
  var preemphasis: String?

  @Option(name: .customLong("dither"), parsing: .unconditional, help: Self.help("dither", "number"))
  var dither: String?

  @Option(name: .customLong("seed"), parsing: .unconditional, help: Self.help("seed", "number"))
  var seed: String?

  @Flag(name: .customLong("snip-edges"), inversion: .prefixedNo, help: Self.help("snip-edges"))
  var snipEdges: Bool?

  @Flag(name: .customLong("remove-dc"), inversion: .prefixedNo, help: Self.help("remove-dc"))
  var removeDc: Bool?

  @Flag(
    name: .customLong("round-to-power-of-two"), inversion: .prefixedNo,
    help: Self.help("round-to-power-of-two"))
  var roundToPowerOfTwo: Bool?

  @Option(name: .customLong("mel-bins"), parsing: .unconditional, help: Self.help("mel-bins", "count"))
  var melBins: String?

  @Option(name: .customLong("low-frequency"), parsing: .unconditional, help: Self.help("low-frequency", "Hz"))
  var lowFrequency: String?

  @Option(
    name: .customLong("high-frequency"), parsing: .unconditional, help: Self.help("high-frequency", "Hz"))
  var highFrequency: String?

  @Option(name: .customLong("mel-scale"), parsing: .unconditional, help: Self.help("mel-scale", "name"))
  var melScale: String?

  @Option(name: .customLong("mel-norm"), parsing: .unconditional, help: Self.help("mel-norm", "name"))
  var melNorm: String?

  @Flag(name: .customLong("htk-mode"), inversion: .prefixedNo, help: Self.help("htk-mode"))
  var htkMode: Bool?

  @Option(name: .customLong("vtln-warp"), parsing: .unconditional, help: Self.help("vtln-warp", "number"))
  var vtlnWarp: String?

  @Option(name: .customLong("vtln-low"), parsing: .unconditional, help: Self.help("vtln-low", "Hz"))
  var vtlnLow: String?

  @Option(name: .customLong("vtln-high"), parsing: .unconditional, help: Self.help("vtln-high", "Hz"))
  var vtlnHigh: String?

  @Flag(name: .customLong("use-log"), inversion: .prefixedNo, help: Self.help("use-log"))
  var useLog: Bool?

  @Flag(name: .customLong("use-power"), inversion: .prefixedNo, help: Self.help("use-power"))
  var usePower: Bool?

  @Flag(name: .customLong("use-energy"), inversion: .prefixedNo, help: Self.help("use-energy"))
  var useEnergy: Bool?

  @Flag(name: .customLong("raw-energy"), inversion: .prefixedNo, help: Self.help("raw-energy"))
  var rawEnergy: Bool?

  @Option(
    name: .customLong("energy-floor"), parsing: .unconditional, help: Self.help("energy-floor", "number"))
  var energyFloor: String?

  @Flag(name: .customLong("htk-compat"), inversion: .prefixedNo, help: Self.help("htk-compat"))
  var htkCompat: Bool?

  @Option(name: .customLong("cepstra"), parsing: .unconditional, help: Self.help("cepstra", "count"))
  var cepstra: String?

  @Option(
    name: .customLong("cepstral-lifter"), parsing: .unconditional,
    help: Self.help("cepstral-lifter", "number"))
  var cepstralLifter: String?

  @Option(name: .customLong("deltas"), parsing: .unconditional, help: Self.help("deltas", "order"))
  var deltas: String?

  @Option(
    name: .customLong("delta-window"), parsing: .unconditional, help: Self.help("delta-window", "frames"))
  var deltaWindow: String?

  @Option(name: .customLong("splice"), parsing: .unconditional, help: Self.help("splice", "frames"))
  var splice: String?

  @Option(name: .customLong("subsample"), parsing: .unconditional, help: Self.help("subsample", "n"))
  var subsample: String?

  @Option(
    name: .customLong("subsample-offset"), parsing: .unconditional,
    help: Self.help("subsample-offset", "frames"))
  var subsampleOffset: String?

  @Option(name: .customLong("cmvn"), parsing: .unconditional, help: Self.help("cmvn", "scope"))
  var cmvn: String?

  @Flag(name: .customLong("cmvn-norm-vars"), inversion: .prefixedNo, help: Self.help("cmvn-norm-vars"))
  var cmvnNormVars: Bool?

  @Option(name: .customLong("cmn-window"), parsing: .unconditional, help: Self.help("cmn-window", "frames"))
  var cmnWindow: String?

  @Option(
    name: .customLong("min-cmn-window"), parsing: .unconditional, help: Self.help("min-cmn-window", "frames"))
  var minCmnWindow: String?

  @Flag(name: .customLong("cmn-center"), inversion: .prefixedNo, help: Self.help("cmn-center"))
  var cmnCenter: Bool?

  @OptionGroup(title: "Rows that learn")
  var learnable: LearnableRowArguments

  /// What was given, by option name.
  var given: [String: String] {
    let values: [(String, String?)] = [
      ("sample-rate", sampleRate),
      ("frame-length", frameLength),
      ("frame-shift", frameShift),
      ("window", window),
      ("blackman-coeff", blackmanCoeff),
      ("preemphasis", preemphasis),
      ("dither", dither),
      ("seed", seed),
      ("snip-edges", snipEdges.map(String.init)),
      ("remove-dc", removeDc.map(String.init)),
      ("round-to-power-of-two", roundToPowerOfTwo.map(String.init)),
      ("mel-bins", melBins),
      ("low-frequency", lowFrequency),
      ("high-frequency", highFrequency),
      ("mel-scale", melScale),
      ("mel-norm", melNorm),
      ("htk-mode", htkMode.map(String.init)),
      ("vtln-warp", vtlnWarp),
      ("vtln-low", vtlnLow),
      ("vtln-high", vtlnHigh),
      ("use-log", useLog.map(String.init)),
      ("use-power", usePower.map(String.init)),
      ("use-energy", useEnergy.map(String.init)),
      ("raw-energy", rawEnergy.map(String.init)),
      ("energy-floor", energyFloor),
      ("htk-compat", htkCompat.map(String.init)),
      ("cepstra", cepstra),
      ("cepstral-lifter", cepstralLifter),
      ("deltas", deltas),
      ("delta-window", deltaWindow),
      ("splice", splice),
      ("subsample", subsample),
      ("subsample-offset", subsampleOffset),
      ("cmvn", cmvn),
      ("cmvn-norm-vars", cmvnNormVars.map(String.init)),
      ("cmn-window", cmnWindow),
      ("min-cmn-window", minCmnWindow),
      ("cmn-center", cmnCenter.map(String.init)),
    ]
    return (values + learnable.given).reduce(into: [:]) { given, value in
      if let text = value.1 { given[value.0] = text }
    }
  }

  static func help(_ name: String, _ valueName: String? = nil) -> ArgumentHelp {
    guard let option = try? FeatureOption.named(name) else { return ArgumentHelp(visibility: .hidden) }
    var text = option.help
    if case .choice(let names) = option.kind { text += " One of \(names.joined(separator: ", "))." }
    let unit = option.unit.map { " \($0.rawValue)" } ?? ""
    text += " (default: \(option.defaultValue.text)\(unit))"
    return ArgumentHelp("\(text)", valueName: valueName)
  }
}
