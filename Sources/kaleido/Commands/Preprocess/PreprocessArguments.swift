import ArgumentParser
import Foundation
import Workflows

/// The options of `preprocess CORPUS`, and how they become the options of the workflow.
struct PreprocessArguments: ParsableArguments {
  @OptionGroup var corpus: CorpusArgument
  @OptionGroup(title: "Everyday options") var everyday: Everyday
  @OptionGroup(title: "Corpus") var catalog: CorpusReadingArguments
  @OptionGroup(title: "Corpus") var reading: SettingOptions<PreprocessCorpusSection>
  @OptionGroup(title: "Output directory") var directory: Directory
  @OptionGroup(title: "Settings") var configuration: ConfigurationArguments
  @OptionGroup(title: "Settings") var arithmetic: SettingOptions<ArithmeticSection>
  @OptionGroup(title: "Feature options") var features: SettingOptions<FeatureSection>
  @OptionGroup(title: "Options of front ends that learn") var learnable: SettingOptions<LearnableSection>

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
      arithmetic, everyday.settings.values, catalog.settings.values, reading.values,
      directory.settings.values, features.values, learnable.values)
    var options = try PreprocessOptions(
      catalog.location(corpus.path, settings: &layers), outputDirectory: everyday.out,
      model: everyday.model,
      part: everyday.shard, cores: ProcessInfo.processInfo.activeProcessorCount, settings: &layers)
    options.trustsCommitted = directory.trust
    options.retriesRejects = directory.retryRejects
    options.replacesExisting = everyday.force
    options.commandLine = CommandLine.arguments
    return (options, layers)
  }
}
