import Archives
import ArgumentParser
import Foundation
import FrontEnds
import Workflows

/// The options of `preprocess CORPUS`, and how they become the options of the workflow.
struct PreprocessArguments: ParsableArguments {
  @OptionGroup var corpus: CorpusArguments

  @Option(
    help: ArgumentHelp("The output directory; made if it is not there.", valueName: "dir"),
    completion: .directory)
  var out: String

  @Option(
    help: ArgumentHelp(
      "The front end: \(RowName.allCases.map(\.rawValue).joined(separator: ", ")), with options as in mel:bins=80. (default: mel)",
      valueName: "row"))
  var features: String?

  @Option(
    help: ArgumentHelp(
      "What to write: \(ArchiveFormat.allCases.map(\.rawValue).joined(separator: ", ")). (default: kaldi)",
      valueName: "format"))
  var format: String?

  @Flag(help: "Kaldi's 8-bit compression (CM); only with --format kaldi. Holds one utterance in memory.")
  var compress = false

  @Option(help: ArgumentHelp("Workers of each stage that computes. (default: one a core)", valueName: "n"))
  var jobs: String?

  @Option(
    help: ArgumentHelp("Do the i-th of n parts, i from 1; the parts may run anywhere.", valueName: "i/n"))
  var shard: String?

  @Option(help: ArgumentHelp("Utterances in a shard. (default: 256)", valueName: "n"))
  var shardUtterances: String?

  @Option(
    help: ArgumentHelp(
      "How many utterances may be bad, a number or a percentage; more end with 65. (default: 0)",
      valueName: "n|p%"))
  var maxBad: String?

  @Option(
    help: ArgumentHelp(
      "The channel to take from files of several, from 1. (default: only mono)", valueName: "n"))
  var channel: String?

  @Flag(help: "Paths in the indexes relative to the output directory, which may then be moved.")
  var relativePaths = false

  @Flag(help: "Take what is committed as it is, instead of checking its checksums.")
  var trust = false

  @Flag(help: "Do the shards again that hold rejected utterances, as after their files were repaired.")
  var retryRejects = false

  @Flag(help: "Give up what another configuration has left in the output directory.")
  var force = false

  @Flag(help: "Estimate time and space, and write nothing.")
  var dryRun = false

  @Option(
    help: ArgumentHelp("Read settings from the JSON that --print-config writes.", valueName: "file"),
    completion: .file())
  var config: String?

  @Flag(help: "Print every setting in force, with where it was said, and write nothing.")
  var printConfig = false

  @OptionGroup(title: "Feature options") var featureArguments: FeatureArguments

  /// The settings that this command looks up beside the feature options.
  static let settingNames = [
    "features", "preset", "format", "compress", "jobs", "shard-utterances", "max-bad", "channel",
    "relative-paths",
  ]

  private var flags: [String: String] {
    var flags = featureArguments.given
    let texts: [(String, String?)] = [
      ("features", features), ("preset", featureArguments.preset), ("format", format), ("jobs", jobs),
      ("shard-utterances", shardUtterances), ("max-bad", maxBad), ("channel", channel),
    ]
    for (name, text) in texts { if let text { flags[name] = text } }
    if compress { flags["compress"] = "true" }
    if relativePaths { flags["relative-paths"] = "true" }
    return flags
  }

  /// The workflow's options, and the settings as `--print-config` prints them.
  func resolve() throws(Failure) -> (options: PreprocessOptions, settings: SettingLayers) {
    let environment = ProcessInfo.processInfo.environment
    var layers = try SettingLayers(
      flags: flags, environment: environment, configuration: config, known: Self.settingNames)
    let row: Row
    do { row = try Row(parsing: try layers.value("features", default: "mel")) } catch { throw Failure(error) }
    let preset = try layers.value("preset", default: "none")
    let common = try layers.features(row: row, preset: preset == "none" ? nil : preset)
    var options = PreprocessOptions(
      corpus: corpus.corpus, outputDirectory: out, row: row, features: common,
      jobs: try layers.count(
        "jobs", default: max(1, ProcessInfo.processInfo.activeProcessorCount), in: 1...256))
    options.root = corpus.root
    options.dataFolder = corpus.data
    options.format = try choice(&layers, "format", default: ArchiveFormat.kaldi)
    options.isCompressed = try layers.flag("compress")
    options.shardUtterances = try layers.count("shard-utterances", default: 256, in: 1...1_000_000)
    options.usesRelativePaths = try layers.flag("relative-paths")
    options.part = try part()
    let allowance = try layers.value("max-bad", default: "0")
    guard let maximumBad = BadAllowance(allowance) else {
      throw Failure(
        .usage, code: "invalid-value", subject: "--max-bad",
        expected: "a number such as 10, or a percentage such as 2%",
        found: allowance)
    }
    options.maximumBad = maximumBad
    let channel = try layers.count("channel", default: 0, in: 0...1024)
    options.channel = channel == 0 ? nil : channel
    options.trustsCommitted = trust
    options.retriesRejects = retryRejects
    options.discardsOther = force
    options.commandLine = CommandLine.arguments
    return (options, layers)
  }

  private func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ layers: inout SettingLayers, _ name: String, default defaultValue: Choice
  ) throws(Failure) -> Choice {
    let text = try layers.value(name, default: defaultValue.rawValue)
    guard let choice = Choice(rawValue: text) else {
      throw Failure(
        .usage, code: "invalid-value", subject: "--\(name)",
        expected: "one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))", found: text)
    }
    return choice
  }

  private func part() throws(Failure) -> ShardPart {
    guard let shard else { return .whole }
    let parts = shard.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let index = parts[0], let count = parts[1], count >= 1,
      (1...count).contains(index)
    else {
      throw Failure(
        .usage, code: "invalid-value", subject: "--shard", expected: "i/n with i from 1 to n, such as 1/4",
        found: shard)
    }
    return ShardPart(index: index, count: count)
  }
}
