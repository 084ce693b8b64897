import ArgumentParser
import Foundation
import Workflows

/// The options of `preprocess CORPUS`, and how they become the options of the workflow.
struct PreprocessArguments: ParsableArguments {
  @OptionGroup var corpus: CorpusArgument
  @OptionGroup(title: "Everyday options") var everyday: Everyday
  @OptionGroup(title: "Corpus") var reading: Reading
  @OptionGroup(title: "Output directory") var directory: Directory
  @OptionGroup(title: "Settings") var configuration: ConfigurationArguments
  @OptionGroup(title: "Settings") var arithmetic: SettingOptions<ArithmeticSection>
  @OptionGroup var features: FeatureArguments<FeatureSection>

  struct Everyday: ParsableArguments {
    @Option(
      help: ArgumentHelp("The output directory; made if it is not there.", valueName: "dir"),
      completion: .directory)
    var out: String

    @OptionGroup var settings: SettingOptions<PreprocessSection>

    @Option(
      help: ArgumentHelp(
        """
        A RUN of train, or its model.safetensors: its front end is run, with the options it was trained with.
        """, valueName: "run"), completion: .file())
    var model: String?

    @Option(
      parsing: .unconditional,
      help: ArgumentHelp("Do the i-th of n parts, i from 1; the parts may run anywhere.", valueName: "i/n"))
    var shard: String?

    @Flag(help: "Replace what another configuration has left in the output directory.")
    var force = false

    @Flag(help: "Estimate time and space, and write nothing.")
    var dryRun = false
  }

  struct Reading: ParsableArguments {
    @OptionGroup var corpus: CorpusReadingArguments
    @OptionGroup var settings: SettingOptions<PreprocessCorpusSection>
  }

  struct Directory: ParsableArguments {
    @OptionGroup var settings: SettingOptions<PreprocessDirectorySection>

    @Flag(
      help: """
        Take what is committed as it is, instead of comparing the checksums of its files and of those that \
        it was read from; sizes are compared.
        """)
    var trust = false

    @Flag(help: "Do the shards again that hold rejected utterances, as after their files were repaired.")
    var retryRejects = false
  }

  /// The workflow's options, and the settings as `--print-config` prints them.
  func resolve() throws(Failure) -> (options: PreprocessOptions, settings: SettingLayers) {
    var layers = try configuration.layers(
      arithmetic, everyday.settings.values, reading.corpus.settings.values, reading.settings.values,
      directory.settings.values, features.values)
    var options = try PreprocessOptions(
      reading.corpus.location(corpus.path, settings: &layers), outputDirectory: everyday.out,
      model: everyday.model,
      part: everyday.shard, cores: ProcessInfo.processInfo.activeProcessorCount, settings: &layers)
    options.trustsCommitted = directory.trust
    options.retriesRejects = directory.retryRejects
    options.replacesExisting = everyday.force
    options.commandLine = CommandLine.arguments
    return (options, layers)
  }
}
