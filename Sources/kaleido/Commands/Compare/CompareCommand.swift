import ArgumentParser
import Foundation
import Scoring
import Stages
import Workflows

/// `kaleido compare ROW ROW... --corpus CORPUS --out DIR`.
struct CompareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Say with statistics which of two or more front ends is better.",
    usage:
      "kaleido compare <row> <row>... --corpus <corpus> --out <dir> [--seeds <n>] [--epochs <n>] [<options>]",
    discussion: """
      The first row is the baseline. Every row is trained with the same data in the same order, classifier, budget and \
      seeds; epochs, decoder's weights and --try settings are chosen on dev speakers and recorded before a test speaker is \
      looked at. The primary test flips signs of speakers, with Holm's correction over the rows; the interval draws \
      speakers and seeds. With fewer than 6 independent test voices there is no verdict.

      A row is a front end (mel, mel:mel-bins=23, kaleidoscope-time:fixed, ...), run:RUN,RUN,... (trained runs of one row, \
      one a seed), or dir:DIR (features made by another tool: Kaldi's feats.scp, or KEY.npy files). A row that is given \
      twice is trained with other seeds the second time.

      DIR/report.html       one page with everything; needs no network
      DIR/comparison.json   the same as data
      DIR/choices.json      what dev speakers chose
      DIR/runs              a RUN for each row and seed; what is done is not done again
      """)

  @Argument(help: ArgumentHelp("Front ends; the first is the baseline.", valueName: "row"))
  var rows: [String] = []

  @OptionGroup var arguments: ComparisonArguments

  @Option(help: ArgumentHelp("Seeds of every row, from 1 (or --first-seed) on.", valueName: "n"))
  var seeds = 5

  @Option(help: ArgumentHelp("The first seed.", valueName: "n"))
  var firstSeed: UInt64 = 1

  @Option(
    name: .customLong("try"),
    help: ArgumentHelp(
      "A setting of the training to be chosen for each row on dev speakers, with the first seed: learning-rate=0.001,0.002. May come several times; all combinations are tried.",
      valueName: "name=value,value"))
  var trials: [String] = []

  @Option(help: ArgumentHelp("What the primary test counts.", valueName: "name"))
  var measure = ErrorMeasure.phonesStrict

  @Option(
    help: ArgumentHelp(
      "Frames by which rows of dir: come later than this program's; their number may then differ.",
      valueName: "frames"))
  var labelShift: Int?

  @Option(
    help: ArgumentHelp(
      "End with 1 if a row's verdict is worse, by more than so many points; too few test speakers for a verdict never do.",
      valueName: "points"))
  var failIfWorse: Double?

  @Flag(help: "Give up the comparison and the trainings that DIR holds.") var force = false

  @Flag(help: "Estimate time and space, and write nothing.") var dryRun = false

  @Flag(help: "Write the training curves as TensorBoard event files, too: DIR/tensorboard.")
  var tensorboard = false

  @OptionGroup(title: "Classifier") var classifier: ClassifierArguments
  @OptionGroup(title: "Training") var training: TrainingArguments
  @OptionGroup(title: "Feature options (of the rows that have them)") var featureArguments: FeatureArguments
  @OptionGroup(title: "Output") var output: OutputOptions

  func run() async throws {
    try await CommandRunner.run(output) {
      let settings = try settings()
      let options = try options(settings)
      if arguments.configuration.printConfig {
        let row = try ComparisonPlan(options).firstTrainedRow
        try Console.out(try row.map { try settings.printed($0) } ?? "{}\n")
        return .whole
      }
      if dryRun {
        let progress = WorkProgress()
        let estimate = try await ProgressDisplay(output, verb: "compare").show(progress) {
          try await ComparisonPlan(options, progress: progress).estimate(progress: progress)
        }
        return try output.print(estimate)
      }
      let report = try await ComparisonRun.make(options, tensorboard: tensorboard, output)
      return try output.print(
        ComparisonResult(report: report, directory: arguments.out, allowedDifference: failIfWorse))
    }
  }

  private func settings() throws(Failure) -> ComparisonSettings {
    if let failIfWorse, !(failIfWorse >= 0 && failIfWorse.isFinite) {
      throw Failure(
        .usage, code: "invalid-value", subject: "--fail-if-worse", expected: "points of error, at least 0",
        found: "\(failIfWorse)")
    }
    guard (1...100).contains(seeds) else {
      throw Failure(
        .usage, code: "invalid-value", subject: "--seeds", expected: "a whole number from 1 to 100",
        found: "\(seeds)")
    }
    guard firstSeed <= UInt64(Int32.max) else {
      throw Failure(
        .usage, code: "invalid-value", subject: "--first-seed", expected: "at most \(Int32.max)",
        found: "\(firstSeed)")
    }
    guard featureArguments.given["seed"] == nil else {
      throw Failure(
        .usage, code: "seed-of-compare", subject: "--seed", expected: "--seeds N and --first-seed",
        found: "--seed", remedy: "Every row is trained with several seeds.")
    }
    var flags = featureArguments.given
    flags.take(classifier.given)
    flags.take(training.given)
    flags.take([.preset: featureArguments.preset])
    var settings = try arguments.settings(flags)
    for text in trials { try settings.addTrials(text) }
    return settings
  }

  private func options(_ settings: ComparisonSettings) throws -> ComparisonOptions {
    let contenders = try rows.map { try Contender(parsing: $0) }
    try settings.requireEffects(on: contenders)
    var options = ComparisonOptions(
      contenders, outputDirectory: arguments.out, test: try settings.test(split: arguments.split)
    ) { row, trial in try settings.training(row, trial: trial) }
    options.seedCount = seeds
    options.firstSeed = firstSeed
    options.trials = settings.trials
    options.measure = measure
    options.labelShift = labelShift
    options.replacesExisting = force
    options.command =
      RepeatingCommand(rows: rows, options, split: arguments.split, flags: settings.flags).text
    options.commandLine = CommandLine.arguments
    return options
  }
}

extension CompareCommand: GraphDrawing {
  func drawing() throws -> GraphBlueprintDrawing {
    try ComparisonPlan(options(settings())).drawing()
  }
}

extension ErrorMeasure: ExpressibleByArgument {}
