import ArgumentParser
import FrontEnds

/// The feature options that only rows that learn, and their controls, look at.
struct LearnableRowArguments: ParsableArguments {
  @Flag(name: .customLong("fixed"), inversion: .prefixedNo, help: FeatureArguments.help("fixed"))
  var fixed: Bool?

  @Option(name: .customLong("learn"), parsing: .unconditional, help: FeatureArguments.help("learn", "parts"))
  var learn: String?

  @Option(name: .customLong("init"), parsing: .unconditional, help: FeatureArguments.help("init", "name"))
  var initialization: String?

  @Option(name: .customLong("width"), parsing: .unconditional, help: FeatureArguments.help("width", "count"))
  var width: String?

  @Option(
    name: .customLong("expansion"), parsing: .unconditional,
    help: FeatureArguments.help("expansion", "factor"))
  var expansion: String?

  @Flag(name: .customLong("raw"), inversion: .prefixedNo, help: FeatureArguments.help("raw"))
  var raw: Bool?

  @Option(name: .customLong("band"), parsing: .unconditional, help: FeatureArguments.help("band", "points"))
  var band: String?

  @Option(
    name: .customLong("compression"), parsing: .unconditional,
    help: FeatureArguments.help("compression", "name"))
  var compression: String?

  @Option(name: .customLong("time"), parsing: .unconditional, help: FeatureArguments.help("time", "name"))
  var time: String?

  @Option(name: .customLong("rank"), parsing: .unconditional, help: FeatureArguments.help("rank", "count"))
  var rank: String?

  @Option(
    name: .customLong("density"), parsing: .unconditional, help: FeatureArguments.help("density", "share"))
  var density: String?

  @Option(
    name: .customLong("rate-frequency"), parsing: .unconditional,
    help: FeatureArguments.help("rate-frequency", "factor"))
  var rateFrequency: String?

  @Option(
    name: .customLong("rate-pooling"), parsing: .unconditional,
    help: FeatureArguments.help("rate-pooling", "factor"))
  var ratePooling: String?

  @Option(
    name: .customLong("rate-root"), parsing: .unconditional,
    help: FeatureArguments.help("rate-root", "factor"))
  var rateRoot: String?

  @Option(
    name: .customLong("rate-offset"), parsing: .unconditional,
    help: FeatureArguments.help("rate-offset", "factor"))
  var rateOffset: String?

  @Option(
    name: .customLong("rate-time"), parsing: .unconditional,
    help: FeatureArguments.help("rate-time", "factor"))
  var rateTime: String?

  /// What may have been given, by option name.
  var given: [(String, String?)] {
    [
      ("fixed", fixed.map(String.init)),
      ("learn", learn),
      ("init", initialization),
      ("width", width),
      ("expansion", expansion),
      ("raw", raw.map(String.init)),
      ("band", band),
      ("compression", compression),
      ("time", time),
      ("rank", rank),
      ("density", density),
      ("rate-frequency", rateFrequency),
      ("rate-pooling", ratePooling),
      ("rate-root", rateRoot),
      ("rate-offset", rateOffset),
      ("rate-time", rateTime),
    ]
  }
}
