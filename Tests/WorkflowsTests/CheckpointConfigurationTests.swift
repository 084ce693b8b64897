import Files
import Foundation
import Foundations
import FrontEnds
import Recognition
import TestSupport
import Testing
import TrainedModels

@testable import Workflows

/// A checkpoint is of one configuration, whose every setting is compared when a training goes on.
@Suite struct CheckpointConfigurationTests {
  /// The settings of `train` that change no number.
  private static let withoutEffect: Set = ["jobs", "max-bad"]

  /// Texts for settings of a format of their own.
  private static let texts = [
    "hidden": "9", "train-split": "test", "dev-split": "test", "max-bad": "3", "classes": "48",
  ]

  private func options(_ folder: TemporaryFolder) throws -> TrainOptions {
    var options = TrainOptions(
      corpus: CorpusLocation(BuiltInCorpus.path), runDirectory: folder.appending("run").path,
      features: .frontEnd(FrontEndSpec(.mel)))
    options.training.epochs = 1
    options.training.batchSegments = 4
    options.training.shuffleSegments = 8
    options.classifier.hiddenLayers = [8]
    return options
  }

  /// Values of a kind other than one.
  private func others(_ kind: SettingKind, than value: SettingValue, text: String?) -> [SettingValue] {
    let all: [SettingValue] =
      switch kind {
      case .flag: [.flag(true), .flag(false)]
      case .integer(let range): [range.lowerBound, range.lowerBound + 1, 3, 12].map { .integer($0) }
      case .integerChoice(let numbers): numbers.map { .integer($0) }
      case .real(let range): [0.25, range.lowerBound, range.upperBound, 1].map { .real($0) }
      case .choice(let names): names.map { .string($0) }
      case .context: [.context(left: 1, right: 2), .context(left: 0, right: 0)]
      case .text: text.map { [.string($0)] } ?? []
      case .keyword(let keyword, let other): others(other, than: value, text: text) + [.string(keyword)]
      }
    return all.filter { $0.text != value.text }
  }

  /// The options with another value of a setting, and whatever it needs to have an effect.
  private func changed(
    _ options: TrainOptions, _ setting: Setting<TrainOptions>
  ) throws -> TrainOptions {
    for other in others(setting.kind, than: setting.value(in: options), text: Self.texts[setting.name]) {
      var changed = options
      if let requirement = setting.requirement, let needed = TrainOptions.settings.named(requirement.setting)
      {
        try needed.set(.string(requirement.values[0]), in: &changed)
      }
      // Layers that read backward, too, are of recurrent classifiers alone.
      if setting.name == "bidirectional" { changed.classifier.kind = .gru }
      guard (try? setting.set(other, in: &changed)) != nil, (try? TrainPlan(changed)) != nil else { continue }
      return changed
    }
    throw CocoaError(.featureUnsupported, userInfo: ["setting": setting.name])
  }

  @Test func `a checkpoint of any other setting is refused by the setting's name`() async throws {
    let folder = try TemporaryFolder()
    let options = try options(folder)
    let plan = try TrainPlan(options)
    _ = try await plan.run()
    let directory = TrainingDirectory(path: options.runDirectory)
    #expect(try directory.checkpoint(of: plan.recognizer, plan.configuration) != nil)
    var same: Set<String> = []
    for setting in TrainOptions.settings {
      let other = try TrainPlan(try changed(options, setting))
      if other.configuration == plan.configuration {
        same.insert(setting.name)
        continue
      }
      let error = #expect(throws: FileError.self) {
        try directory.checkpoint(of: other.recognizer, other.configuration)
      }
      guard case .configurationDiffers(let path, let fields) = error else {
        Issue.record("\(setting.name): \(error as Any)")
        continue
      }
      #expect(path == directory.path(of: TrainingDirectory.checkpointName))
      #expect(fields.contains { $0.field.hasSuffix(".\(setting.name)") }, "\(setting.name): \(fields)")
    }
    #expect(same == Self.withoutEffect)
  }

  @Test func `every option of every front end is in the configuration`() async throws {
    let configuration = try TrainPlan(try options(try TemporaryFolder())).configuration
    for kind in FrontEndKind.all {
      var base = configuration
      base.features = .frontEnd(FrontEndSpec(kind))
      for option in kind.options {
        let other = try #require(
          others(option.kind, than: option.defaultValue, text: nil).first, "\(option.name)")
        var features = FeatureConfiguration()
        try option.set(other, in: &features)
        var changed = base
        changed.features = .frontEnd(FrontEndSpec(kind, features))
        let fields = ConfigurationDifference.between(directory: base.json, run: changed.json).map(\.field)
        #expect(fields.contains("features.\(option.name)"), "\(kind.name): \(option.name)")
      }
    }
  }

  /// As two trainings of one RUN would mix it: each file is whole, and they are not of one training.
  @Test(arguments: [TrainingDirectory.checkpointName, TrainingDirectory.modelName])
  func `a RUN with a file of another training does not go on`(name: String) async throws {
    let folder = try TemporaryFolder()
    let first = try options(folder)
    _ = try await TrainPlan(first).run()
    var second = first
    second.runDirectory = folder.appending("other").path
    second.classifier.dropout = 0.3
    _ = try await TrainPlan(second).run()
    let mixed = folder.appending("run/\(name)")
    try FileManager.default.removeItem(at: mixed)
    try FileManager.default.copyItem(at: folder.appending("other/\(name)"), to: mixed)
    var resumed = first
    resumed.resumes = true
    let error = await endingError { _ = try await TrainPlan(resumed).run() }
    guard case .configurationDiffers(mixed.path, let fields)? = error as? FileError else {
      Issue.record("\(error as Any)")
      return
    }
    #expect(fields.map(\.field) == ["classifier.dropout"])
    guard name == TrainingDirectory.modelName else { return }
    #expect(throws: TrainedModelError.self) { try TrainedRun(path: first.runDirectory) }
  }
}
