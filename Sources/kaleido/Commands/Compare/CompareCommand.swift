import Archives
import ArgumentParser
import Foundation
import Scoring
import Signal
import Stages
import Workflows

/// `kaleido compare FRONT-END FRONT-END... --corpus CORPUS --out DIR`.
struct CompareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Say with statistics which of two or more front ends is better.",
    usage:
      """
      kaleido compare <front-end> <front-end>... --corpus <corpus> --out <dir> [--seeds <n>] [--epochs <n>] \
      [<options>]
      """,
    discussion: """
      Examples:
        kaleido compare mel kaleidoscope-time --corpus corpus --out results
        kaleido compare mel mel:mel-bins=23 --corpus corpus --seeds 3 --out results

      The first front end is the baseline. Every one is trained with the same data in the same order, \
      classifier, budget and seeds; epochs, decoder's weights and --try settings are chosen on dev \
      speakers and recorded before a test speaker is looked at. The primary test flips signs of speakers, \
      with Holm's correction over the front ends; the interval draws speakers and seeds. With fewer than 6 \
      independent test voices there is no verdict.

      A front end is a name with options (mel, mel:mel-bins=23, kaleidoscope-time:fixed, ...), \
      run:RUN,RUN,... (trained runs of one front end, one a seed), or dir:DIR (features made by another \
      tool: \(ArchiveFormat.externalFiles.joined(separator: ", or "))). One that is given twice is trained \
      with other seeds the second time.

      DIR/report.html       one page with everything; needs no network
      DIR/comparison.json   the same as data
      DIR/choices.json      what dev speakers chose
      DIR/runs              a RUN for each front end and seed; what is done is not done again
      """)

  @Argument(help: ArgumentHelp("Front ends; the first is the baseline.", valueName: "front-end"))
  var frontEnds: [String] = []

  @OptionGroup(title: "Everyday options") var everyday: Everyday
  @OptionGroup(title: "Comparison") var comparison: Details
  @OptionGroup(title: "Classifier") var classifier: SettingOptions<ClassifierSection>
  @OptionGroup(title: "Training") var training: SettingOptions<TrainingSection>
  @OptionGroup(title: "Corpus") var catalog: CorpusReadingArguments
  @OptionGroup(title: "Corpus") var reading: SettingOptions<TrainCorpusSection>
  @OptionGroup(title: "Settings") var configuration: ConfigurationArguments
  @OptionGroup(title: "Settings") var arithmetic: SettingOptions<ArithmeticSection>
  @OptionGroup(title: "Feature options") var features: SettingOptions<SeedlessFeatureSection>
  @OptionGroup(title: "Options of front ends that learn") var learnable: SettingOptions<LearnableSection>
  @OptionGroup(title: "Messages") var output: OutputOptions

  struct Everyday: ParsableArguments {
    @OptionGroup var directory: ComparisonArguments
    @OptionGroup var settings: SettingOptions<CompareSection>

    @Option(
      name: .customLong("try"), parsing: .unconditionalSingleValue,
      help: ArgumentHelp(
        """
        A setting of the training to be chosen for each front end on dev speakers, with the first seed: \
        learning-rate=0.001,0.002. May come several times; all combinations are tried.
        """, valueName: "name=value,value"))
    var trials: [String] = []

    @Flag(help: "Replace the comparison and the trainings that DIR holds.") var force = false

    @Flag(help: "Estimate time and space, and write nothing.") var dryRun = false
  }

  struct Details: ParsableArguments {
    @OptionGroup var settings: SettingOptions<ComparisonSection>

    @Option(
      parsing: .unconditional,
      help: ArgumentHelp(
        """
        End with 1 if a verdict is worse, by more than this number of points; too few test speakers for a \
        verdict never do.
        """, valueName: "points"))
    var failIfWorse: String?

    @Flag(help: "Write the training curves as TensorBoard event files, too: DIR/tensorboard.")
    var tensorboard = false

    /// The points of error by which a front end may be worse.
    var allowedDifference: Double? {
      get throws(Failure) {
        guard let failIfWorse else { return nil }
        guard let points = Double(failIfWorse), points >= 0, points.isFinite else {
          throw Failure(
            .usage, code: "invalid-value", .option("fail-if-worse"), expected: "points of error, at least 0",
            found: failIfWorse)
        }
        return points
      }
    }
  }

  func run() async throws {
    try await CommandRunner.run(Self.self, output) {
      let allowedDifference = try comparison.allowedDifference
      var settings = try settings()
      if configuration.printConfig {
        try Console.out(try settings.printed(frontEnds.isEmpty ? [] : contenders()))
        return .whole
      }
      let options = try options(&settings)
      Warnings.warnAboutUnused(settings.layers, output)
      if everyday.dryRun {
        let progress = WorkProgress()
        let estimate = try await ProgressDisplay(output, verb: "compare").show(progress) {
          try await ComparisonPlan(options, progress: progress).estimate(progress: progress)
        }
        return try output.print(estimate)
      }
      let report: ComparisonReport
      do {
        report = try await ComparisonRun.make(options, tensorboard: comparison.tensorboard, output)
      } catch {
        // Of several trials no rate is the one that was given.
        let failure = Failure(error)
        guard options.trials.count == 1, let training = try? options.training(trial: 0) else { throw failure }
        throw failure.withRemedy(of: training.training)
      }
      return try output.print(
        ComparisonResult(
          report: report, directory: everyday.directory.out, allowedDifference: allowedDifference))
    }
  }

  private func settings() throws(Failure) -> ComparisonSettings {
    var layers = try configuration.layers(
      arithmetic, everyday.settings.values, comparison.settings.values, classifier.values, training.values,
      catalog.settings.values, reading.values, features.values, learnable.values)
    let location = try catalog.location(everyday.directory.corpus, settings: &layers)
    return ComparisonSettings(location, layers, trials: try TrialArguments(everyday.trials).trials)
  }

  private func contenders() throws -> [Contender] { try frontEnds.map { try Contender(parsing: $0) } }

  private func options(_ settings: inout ComparisonSettings) throws -> ComparisonOptions {
    var options = try settings.options(contenders(), outputDirectory: everyday.directory.out)
    options.replacesExisting = everyday.force
    options.command = RepeatingCommand(frontEnds: frontEnds, options, settings.layers).text
    options.commandLine = CommandLine.arguments
    return options
  }
}

extension CompareCommand: GraphDrawing {
  func drawing() throws -> GraphBlueprintDrawing {
    var settings = try settings()
    return try ComparisonPlan(options(&settings)).drawing()
  }
}

extension CompareCommand: ComputingCommand {
  var vectorUnit: VectorUnit? { get throws(Failure) { try configuration.vectorUnit(arithmetic) } }
}
