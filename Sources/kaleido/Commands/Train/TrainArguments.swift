import ArgumentParser
import Foundation
import FrontEnds
import Recognition
import Workflows

/// The options of `train CORPUS`, and how they become the options of the workflow.
struct TrainArguments: ParsableArguments {
  @OptionGroup var corpus: CorpusArguments

  @Option(
    help: ArgumentHelp("The RUN directory; made if it is not there.", valueName: "run"),
    completion: .directory)
  var out: String

  @Option(
    help: ArgumentHelp(
      "The front end: \(FrontEndKind.all.map(\.name).joined(separator: ", ")), with options as in mel:bins=80. (default: mel)",
      valueName: "row"))
  var frontEnd: String?

  @Flag(help: "Go on with the training that RUN holds; begins where there is none.")
  var resume = false

  @Flag(help: "Give up the training that RUN holds.")
  var force = false

  @Flag(help: "Estimate time and space, and write nothing.")
  var dryRun = false

  @Option(
    help: ArgumentHelp(
      "Workers of each stage, and tasks of a training step; no bit depends on it. (default: one a core)",
      valueName: "n"))
  var jobs: String?

  @Option(
    help: ArgumentHelp(
      "How many utterances may be bad, a number or a percentage; more end with 65 before anything is written. (default: 0)",
      valueName: "n|p%"))
  var maxBad: String?

  @Option(
    help: ArgumentHelp(
      "The channel to take from files of several, from 1. (default: only mono)", valueName: "n"))
  var channel: String?

  @Option(
    help: ArgumentHelp(
      "Read the features of a fixed row from a directory of preprocess, made with the same options, instead of computing them in every epoch; the result is the same to the bit.",
      valueName: "dir"), completion: .directory)
  var featuresFrom: String?

  @Option(help: ArgumentHelp("The split to train on. (default: train)", valueName: "name"))
  var trainSplit: String?

  @Option(
    help: ArgumentHelp(
      "The split that choices are made on: best epoch, early stopping, decoder's weights. (default: dev)",
      valueName: "name"))
  var devSplit: String?

  @Flag(
    name: .customLong("with-sa"), inversion: .prefixedNo,
    help: "Keep SA1 and SA2, which every speaker reads. (default: left out)")
  var withSA: Bool?

  @OptionGroup var configuration: ConfigurationArguments

  @OptionGroup(title: "Classifier") var classifier: ClassifierArguments
  @OptionGroup(title: "Training") var training: TrainingArguments
  @OptionGroup(title: "Feature options (--seed is that of the training, too)")
  var featureArguments: FeatureArguments

  private var flags: [String: String] {
    var flags = featureArguments.given
    flags.take(classifier.given)
    flags.take(training.given)
    flags.take([
      .frontEnd: frontEnd, .preset: featureArguments.preset, .jobs: jobs, .maxBad: maxBad,
      .channel: channel, .trainSplit: trainSplit, .devSplit: devSplit, .withSA: withSA.map(String.init),
    ])
    return flags
  }

  /// The workflow's options, and the settings as `--print-config` prints them.
  func resolve() throws(Failure) -> (options: TrainOptions, settings: SettingLayers) {
    guard !(resume && force) else {
      throw Failure(
        .usage, code: "contradiction", subject: "--resume --force", expected: "one of them", found: "both",
        remedy: "--resume goes on with the training that RUN holds, --force gives it up.")
    }
    var layers = try configuration.layers(flags)
    var options = try TrainOptions(
      corpus.location, runDirectory: out, cores: ProcessInfo.processInfo.activeProcessorCount,
      settings: &layers)
    options.featuresFrom = featuresFrom
    options.resumes = resume
    options.replacesExisting = force
    options.commandLine = CommandLine.arguments
    return (options, layers)
  }
}

/// What the classifier is made of.
struct ClassifierArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "\(ClassifierKind.allCases.map { "\($0.name) (\($0.help))" }.joined(separator: ", ")). (default: mlp)",
      valueName: "name"))
  var classifier: String?

  @Option(
    help: ArgumentHelp(
      "The hidden layers, or none: \(HiddenLayerKind.allCases.map { "\($0.name)-N, \($0.help)" }.joined(separator: "; ")). (default: \(Self.defaults { $0.defaultHiddenLayers.map(\.text).joined(separator: ",") }))",
      valueName: "layer,layer..."))
  var hidden: String?

  @Option(
    help: ArgumentHelp(
      "Frames on each side that the first layer sees. (default: auto: \(Self.defaults { String($0.defaultContextFrames) }); 0 for rows that hold their context)",
      valueName: "frames"))
  var context: String?

  @Option(
    help: ArgumentHelp("Of hidden layers: none, batch or layer. (default: none)", valueName: "name"))
  var normalization: String?

  @Option(
    help: ArgumentHelp("The share of hidden units left out in a step. (default: 0)", valueName: "share"))
  var dropout: String?

  @Flag(
    inversion: .prefixedNo,
    help: "Recurrent layers in both directions; such a model cannot stream. (default: one direction)")
  var bidirectional: Bool?

  @Option(
    help: ArgumentHelp(
      "Phone classes: 61, 48 or 39; scores are of 39 in any case. (default: 39)", valueName: "n"))
  var classes: String?

  private static func defaults(_ value: (ClassifierKind) -> String) -> String {
    ClassifierKind.allCases.map { "\($0.name) \(value($0))" }.joined(separator: "; ")
  }

  var given: [SettingName: String?] {
    [
      .classifier: classifier, .hidden: hidden, .context: context, .normalization: normalization,
      .dropout: dropout, .bidirectional: bidirectional.map(String.init), .classes: classes,
    ]
  }
}

/// How it is trained.
struct TrainingArguments: ParsableArguments {
  @Option(help: ArgumentHelp("Passes through the training set, at most. (default: 20)", valueName: "n"))
  var epochs: String?

  @Option(
    help: ArgumentHelp(
      "Epochs in a row without a lower dev error after which training ends; 0 never. (default: 0)",
      valueName: "n"))
  var patience: String?

  @Option(help: ArgumentHelp("adam, adamw, sgd or rmsprop. (default: adam)", valueName: "name"))
  var optimizer: String?

  @Option(help: ArgumentHelp("The learning rate, of a cycle its peak. (default: 0.002)", valueName: "rate"))
  var learningRate: String?

  @Option(
    help: ArgumentHelp(
      "one-cycle, newbob (halved when the dev error no longer falls), warm-up or constant. (default: one-cycle)",
      valueName: "name"))
  var schedule: String?

  @Option(
    help: ArgumentHelp(
      "The share of all steps in which the rate rises, for one-cycle and warm-up. (default: 0.15)",
      valueName: "share"))
  var warmUp: String?

  @Option(help: ArgumentHelp("Of sgd (default: 0.9) and rmsprop (default: 0).", valueName: "number"))
  var momentum: String?

  @Option(help: ArgumentHelp("Of the weights of dense layers. (default: 0)", valueName: "number"))
  var weightDecay: String?

  @Option(
    help: ArgumentHelp("The largest norm of a step's gradient; 0 for any. (default: 5)", valueName: "norm"))
  var clipNorm: String?

  @Option(
    help: ArgumentHelp(
      "The share of a frame's target that is spread over all classes. (default: 0)", valueName: "share"))
  var labelSmoothing: String?

  @Option(help: ArgumentHelp("Segments in a batch. (default: 16)", valueName: "n"))
  var batchSegments: String?

  @Option(help: ArgumentHelp("Frames of a segment. (default: 64)", valueName: "n"))
  var segmentFrames: String?

  @Option(
    help: ArgumentHelp(
      "Segments from which the next of a batch is drawn; memory grows with it. (default: 1024)",
      valueName: "n"))
  var shuffleSegments: String?

  var given: [SettingName: String?] {
    [
      .epochs: epochs, .patience: patience, .optimizer: optimizer, .learningRate: learningRate,
      .schedule: schedule, .warmUp: warmUp, .momentum: momentum, .weightDecay: weightDecay,
      .clipNorm: clipNorm, .labelSmoothing: labelSmoothing, .batchSegments: batchSegments,
      .segmentFrames: segmentFrames, .shuffleSegments: shuffleSegments,
    ]
  }
}
