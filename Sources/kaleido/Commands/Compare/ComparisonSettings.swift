import Foundation
import Foundations
import FrontEnds
import Recognition
import Workflows

/// The settings of a comparison and of the trainings in it.
struct ComparisonSettings: Sendable {
  let corpus: CorpusLocation
  private(set) var layers: SettingLayers
  let trials: [[TriedSetting]]
  private let cores = ProcessInfo.processInfo.activeProcessorCount

  init(_ corpus: CorpusLocation, _ layers: SettingLayers, trials: [[TriedSetting]]) {
    self.corpus = corpus
    self.layers = layers
    self.trials = trials
  }

  /// The options that the settings give.
  mutating func options(
    _ contenders: [Contender], outputDirectory: String
  ) throws(Failure) -> ComparisonOptions {
    try requireSingleValues()
    let features = try layers.features()
    try requireEffects(of: features, on: contenders)
    let training = TrainOptions(
      corpus: corpus, runDirectory: "", features: .frontEnd(FrontEndSpec(.mel)),
      jobs: SettingLayers.jobs(cores: cores))
    var options = ComparisonOptions(
      contenders, outputDirectory: outputDirectory,
      test: try TestOptions(corpus, cores: cores, settings: &layers), training: training)
    try layers.apply(ComparisonOptions.settings, to: &options)
    options.features = features
    options.trials = trials
    var common = training
    options.trainingSettings = try layers.apply(
      TrainOptions.settings, to: &common,
      trials: trials.map { trial in Dictionary(uniqueKeysWithValues: trial.map { ($0.name, $0.value) }) })
    return options
  }

  /// All settings, with the feature options of the first contender that is trained, as `--config` reads them.
  mutating func printed(_ contenders: [Contender]) throws -> String {
    _ = try options(contenders, outputDirectory: "")
    for case .trained(let request) in contenders.prefix(1) {
      layers.record(FrontEndChoice.requestName, .string(request.description), .frontEnd)
      _ = try layers.frontEnd(request, layers.features().only(usedBy: request.kind))
    }
    return layers.printed
  }

  /// Refuses a setting that is given and tried, or given in a contender and beside it.
  private func requireSingleValues() throws(Failure) {
    for setting in trials[0] where layers.flags[setting.name] != nil {
      throw Failure(
        .usage, code: "option-twice", subject: "--try \(setting.name)", expected: "the setting once",
        found: "--\(setting.name), too")
    }
  }

  /// Refuses a feature option of the command line that no contender has, or has with another value.
  private func requireEffects(
    of features: FeatureSettings, on contenders: [Contender]
  ) throws(Failure) {
    for case .trained(let request) in contenders { try layers.requireAgreement(with: request) }
    for option in features.options
    where layers.flags[option.name] != nil && !contenders.contains(where: { $0.uses(option) }) {
      throw Failure(
        .usage, code: "no-effect", .option(option.name), expected: "an option of one of the front ends",
        found: "one that none of them has", remedy: "Leave it out.")
    }
  }
}
