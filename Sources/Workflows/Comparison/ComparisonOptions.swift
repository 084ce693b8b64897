package import Foundations
package import FrontEnds
import Recognition
package import Scoring

/// The options of `compare`.
package struct ComparisonOptions: Sendable {
  package var outputDirectory: String
  /// The first is the baseline.
  package var contenders: [Contender]
  package var seedCount = 5
  package var firstSeed: UInt64 = 1
  /// Settings of the training that are tried on dev speakers for every contender; each list one trial.
  package var trials: [[TriedSetting]] = [[]]
  package var test: TestOptions
  /// Options that all trainings have in common; features, folder and seed are the comparison's.
  package var training: TrainOptions
  /// Settings of all trainings, which trials override.
  package var trainingSettings: [String: SettingValue] = [:]
  /// Options of the front ends that have them.
  package var features = FeatureSettings()
  /// The measure of the primary test; trials are chosen by dev speakers' frames for it, else by their strict
  /// phone errors.
  package var measure = ErrorMeasure.phonesStrict
  package var statistics = SignificanceOptions()
  /// Frames by which the rows of features made elsewhere come later than ours.
  package var labelShift: Int?
  /// Replaces another comparison that the directory holds, and the trainings.
  package var replacesExisting = false
  /// The command that repeats the comparison, for the report.
  package var command = ""
  /// The command as it was given, for the trainings' provenance.
  package var commandLine: [String] = []

  package init(
    _ contenders: [Contender], outputDirectory: String, test: TestOptions, training: TrainOptions
  ) {
    self.contenders = contenders
    self.outputDirectory = outputDirectory
    self.test = test
    self.training = training
  }

  /// The most trials that may be asked for.
  package static let maximumTrials = 64

  /// The training under a trial, by its index, but for features, folder and seed.
  ///
  /// - Throws: ``SettingError``, ``RecognizerError``.
  package func training(trial: Int) throws -> TrainOptions {
    var (options, values) = (training, trainingSettings)
    for setting in trials[trial] { values[setting.name] = setting.value }
    try TrainOptions.settings.apply(values, to: &options)
    try options.classifier.check()
    return options
  }
}

/// A setting of ``TrainOptions`` that is tried, and its value.
package struct TriedSetting: Sendable, Equatable {
  package let name: String
  package let value: SettingValue

  package init(name: String, value: SettingValue) {
    self.name = name
    self.value = value
  }

  /// The setting as results name it.
  var named: NamedSetting { NamedSetting(name: name, value: value.text) }
}

/// The options of `report`.
package struct ReportOptions: Sendable {
  package var outputDirectory: String
  /// RUNs of `train`.
  package var runs: [String]
  package var test: TestOptions
  /// The command that repeats the report.
  package var command = ""

  package init(_ runs: [String], outputDirectory: String, test: TestOptions) {
    self.runs = runs
    self.outputDirectory = outputDirectory
    self.test = test
  }
}
