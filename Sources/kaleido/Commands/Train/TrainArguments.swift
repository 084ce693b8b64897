import ArgumentParser
import Foundation
import Workflows

/// The options of `train CORPUS`, and how they become the options of the workflow.
struct TrainArguments: ParsableArguments {
  @OptionGroup var corpus: CorpusArgument
  @OptionGroup(title: "Everyday options") var everyday: Everyday
  @OptionGroup(title: "Classifier") var classifier: SettingOptions<ClassifierSection>
  @OptionGroup(title: "Training") var training: SettingOptions<TrainingSection>
  @OptionGroup(title: "Corpus") var catalog: CorpusReadingArguments
  @OptionGroup(title: "Corpus") var reading: Reading
  @OptionGroup(title: "Settings") var configuration: ConfigurationArguments
  @OptionGroup(title: "Settings") var arithmetic: SettingOptions<ArithmeticSection>
  @OptionGroup(title: "Feature options") var features: SettingOptions<SeedlessFeatureSection>
  @OptionGroup(title: "Options of front ends that learn") var learnable: SettingOptions<LearnableSection>

  struct Everyday: ParsableArguments {
    @Option(
      help: ArgumentHelp("The RUN directory; made if it is not there.", valueName: "run"),
      completion: .directory)
    var out: String

    @OptionGroup var settings: SettingOptions<TrainSection>

    @Flag(
      help: """
        Go on with the training that RUN holds, for more --epochs where the schedule allows it; begins where \
        there is none.
        """)
    var resume = false

    @Flag(help: "Replace the training that RUN holds.")
    var force = false

    @Flag(help: "Estimate time and space, and write nothing.")
    var dryRun = false
  }

  struct Reading: ParsableArguments {
    @OptionGroup var settings: SettingOptions<TrainCorpusSection>

    @Option(
      help: ArgumentHelp(
        """
        Read the features of a fixed front end from a directory of preprocess, made with the same options, \
        instead of computing them in every epoch; the result is the same to the bit.
        """, valueName: "dir"), completion: .directory)
    var featuresFrom: String?
  }

  /// The workflow's options, and the settings as `--print-config` prints them.
  func resolve() throws(Failure) -> (options: TrainOptions, settings: SettingLayers) {
    guard !(everyday.resume && everyday.force) else {
      throw Failure(
        .usage, code: "contradiction", subject: "--resume --force", expected: "one of them", found: "both",
        remedy: "--resume goes on with the training that RUN holds, --force replaces it.")
    }
    var layers = try configuration.layers(
      arithmetic, everyday.settings.values, classifier.values, training.values,
      catalog.settings.values,
      reading.settings.values, features.values, learnable.values)
    var options = try TrainOptions(
      catalog.location(corpus.path, settings: &layers), runDirectory: everyday.out,
      featuresFrom: reading.featuresFrom, cores: ProcessInfo.processInfo.activeProcessorCount,
      settings: &layers)
    options.resumes = everyday.resume
    options.replacesExisting = everyday.force
    options.commandLine = CommandLine.arguments
    return (options, layers)
  }
}
