import Foundation
import FrontEnds
import Scoring
import Workflows

/// The settings that all trainings of a comparison share, and those that are tried.
struct ComparisonSettings: Sendable {
  let corpus: CorpusLocation
  /// From environment and file.
  let layers: SettingLayers
  /// From the command line, by name.
  let flags: [String: String]
  /// What `--try` gives: each list one trial.
  private(set) var trials: [[NamedSetting]] = [[]]
  /// Workers where nothing is said.
  let cores: Int

  init(_ corpus: CorpusLocation, _ layers: SettingLayers, flags: [String: String]) {
    self.corpus = corpus
    self.layers = layers
    self.flags = flags
    cores = ProcessInfo.processInfo.activeProcessorCount
  }

  /// The options of a row's training under a trial, but for its seed and its folder.
  func training(_ row: FrontEndRequest, trial: Int) throws -> TrainOptions {
    var layers = layers(row, trial: trial)
    return try TrainOptions(corpus, runDirectory: "", cores: cores, settings: &layers)
  }

  /// The settings of a row's training, as `--config` reads them.
  func printed(_ row: FrontEndRequest) throws -> String {
    var layers = layers(row, trial: 0)
    _ = try TrainOptions(corpus, runDirectory: "", cores: cores, settings: &layers)
    return layers.printed
  }

  private func layers(_ row: FrontEndRequest, trial: Int) -> SettingLayers {
    var flags = flags
    // What is said for all rows holds for those that have it.
    for option in FeatureOption.all + FrontEndKind.given.options
    where flags[option.name] != nil && !row.kind.uses(option) {
      flags[option.name] = nil
    }
    for setting in trials[trial] { flags[setting.name] = setting.value }
    flags[SettingName.frontEnd.rawValue] = row.description
    return layers.saying(flags)
  }

  /// How test speakers are read; `split` only where it was named.
  func test(split: String?) throws(Failure) -> TestOptions {
    var layers = layers.saying(
      flags.filter { [SettingName.jobs, .withSA, .maxBad, .channel].map(\.rawValue).contains($0.key) })
    var test = try TestOptions(corpus, cores: cores, settings: &layers)
    test.split = split
    return test
  }

  /// Refuses a feature option that no contender has.
  func requireEffects(on contenders: [Contender]) throws(Failure) {
    let names = contenders.compactMap(\.kind)
    for option in FeatureOption.all + FrontEndKind.given.options where flags[option.name] != nil {
      guard !names.contains(where: { $0.uses(option) }) else { continue }
      throw Failure(
        .usage, code: "no-effect", subject: "--\(option.name)", expected: "an option of one of the rows",
        found: "one that none of them has", remedy: "Leave it out.")
    }
  }

  // MARK: Trials

  /// Reads `NAME=VALUE[,VALUE...]`, one of the settings of training, and multiplies the trials by its values.
  mutating func addTrials(_ text: String) throws(Failure) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let values = parts.count == 2 ? parts[1].split(separator: ",", omittingEmptySubsequences: false) : []
    guard let name = parts.first, SettingName.tried.contains(where: { $0.rawValue == name }) else {
      let names = SettingName.tried.map(\.rawValue).joined(separator: ", ")
      throw Failure(.usage, code: "invalid-value", subject: "--try", expected: "one of \(names)", found: text)
    }
    guard !values.isEmpty, !values.contains(""), Set(values).count == values.count else {
      throw Failure(
        .usage, code: "invalid-value", subject: "--try",
        expected: "\(name)=VALUE,VALUE with different values",
        found: text)
    }
    guard flags[name] == nil, !(trials[0].contains { $0.name == name }) else {
      throw Failure(
        .usage, code: "option-twice", subject: "--try \(name)", expected: "the setting once",
        found: "it is said elsewhere, too")
    }
    trials = trials.flatMap { trial in
      values.map { trial + [NamedSetting(name: name, value: String($0))] }
    }
    guard trials.count <= ComparisonOptions.maximumTrials else {
      throw Failure(
        .usage, code: "invalid-value", subject: "--try",
        expected: "at most \(ComparisonOptions.maximumTrials) trials", found: "\(trials.count)")
    }
  }
}

extension SettingName {
  /// What may be tried on dev speakers: what a training is, but not what it is trained on.
  fileprivate static let tried: [SettingName] = [
    .classifier, .hidden, .context, .normalization, .dropout, .bidirectional, .epochs, .batchSegments,
    .segmentFrames, .optimizer, .momentum, .weightDecay, .clipNorm, .learningRate, .schedule, .warmUp,
    .labelSmoothing, .patience,
  ]
}
