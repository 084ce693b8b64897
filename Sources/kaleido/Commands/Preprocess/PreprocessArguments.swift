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
    name: [.long, .customLong("features")],
    help: ArgumentHelp(
      "The front end: \(FrontEndKind.all.map(\.name).joined(separator: ", ")), with options as in mel:bins=80. (default: mel)",
      valueName: "row"))
  var frontEnd: String?

  @Option(
    help: ArgumentHelp(
      "A RUN of train, or its model.safetensors: its front end is run, with the options it was trained with.",
      valueName: "run"), completion: .file())
  var model: String?

  @Option(
    help: ArgumentHelp(
      "What to write: \(ArchiveFormat.allCases.map(\.rawValue).joined(separator: ", ")). (default: kaldi)",
      valueName: "format"))
  var format: String?

  @Flag(
    inversion: .prefixedNo,
    help: "Kaldi's 8-bit compression (CM); only with --format kaldi. Holds one utterance in memory.")
  var compress: Bool?

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

  @Flag(
    inversion: .prefixedNo,
    help: "Paths in the indexes relative to the output directory, which may then be moved.")
  var relativePaths: Bool?

  @Flag(help: "Take what is committed as it is, instead of checking its checksums.")
  var trust = false

  @Flag(help: "Do the shards again that hold rejected utterances, as after their files were repaired.")
  var retryRejects = false

  @Flag(help: "Give up what another configuration has left in the output directory.")
  var force = false

  @Flag(help: "Estimate time and space, and write nothing.")
  var dryRun = false

  @OptionGroup var configuration: ConfigurationArguments

  @OptionGroup(title: "Feature options") var featureArguments: FeatureArguments

  private var flags: [String: String] {
    var flags = featureArguments.given
    flags.take([
      .frontEnd: frontEnd, .preset: featureArguments.preset, .format: format, .jobs: jobs,
      .shardUtterances: shardUtterances, .maxBad: maxBad, .channel: channel,
      .compress: compress.map(String.init), .relativePaths: relativePaths.map(String.init),
    ])
    return flags
  }

  /// The workflow's options, and the settings as `--print-config` prints them.
  func resolve() throws(Failure) -> (options: PreprocessOptions, settings: SettingLayers) {
    var layers = try configuration.layers(flags)
    var options = try PreprocessOptions(
      corpus.location, outputDirectory: out, model: model, part: shard,
      cores: ProcessInfo.processInfo.activeProcessorCount, settings: &layers)
    options.trustsCommitted = trust
    options.retriesRejects = retryRejects
    options.replacesExisting = force
    options.commandLine = CommandLine.arguments
    return (options, layers)
  }
}
