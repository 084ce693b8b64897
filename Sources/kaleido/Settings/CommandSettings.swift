import Archives
import FrontEnds
import Stages
import TrainedModels
import Workflows

extension PreprocessOptions {
  /// The options that the settings say, for a corpus and an output directory.
  ///
  /// - Parameters:
  ///   - model: a RUN or a model file whose front end is run; none if nil.
  ///   - part: `i/n`; everything if nil.
  ///   - cores: workers where nothing is said.
  ///
  /// Throws ``Failure``.
  init(
    _ location: CorpusLocation, outputDirectory: String, model modelPath: String? = nil, part: String?,
    cores: Int,
    settings: inout SettingLayers
  ) throws(Failure) {
    let model = try LoadedModel(ifNamed: modelPath)
    self.init(
      corpus: location, outputDirectory: outputDirectory, frontEnd: try settings.frontEnd(of: model),
      jobs: try settings.jobs(cores: cores))
    self.model = model
    format = try settings.choice(SettingName.format.rawValue, default: .kaldi)
    isCompressed = try settings.flag(SettingName.compress.rawValue)
    shardUtterances = try settings.count(
      SettingName.shardUtterances.rawValue, default: DirectoryConfiguration.defaultShardUtterances,
      in: 1...1_000_000)
    usesRelativePaths = try settings.flag(SettingName.relativePaths.rawValue)
    if let part { self.part = try ShardPart(parsing: part) }
    rejectLimit = try settings.rejectLimit()
    channel = try settings.channel()
  }
}

extension LiveStreamOptions {
  /// The options that the settings say.
  ///
  /// - Parameter model: a RUN or a model file that recognizes phones; features are written if nil.
  ///
  /// Throws ``Failure``.
  init(model modelPath: String? = nil, settings: inout SettingLayers) throws(Failure) {
    let model = try LoadedModel(ifNamed: modelPath)
    self.init(frontEnd: try settings.frontEnd(of: model))
    self.model = model
    input = try settings.choice(SettingName.input.rawValue, default: .auto)
    output = try settings.choice(SettingName.output.rawValue, default: .text)
    let outputs = model == nil ? Output.ofFeatures : Output.ofPhones
    guard outputs.contains(output) else {
      throw SettingLayers.invalid(
        SettingName.output.rawValue,
        expected:
          "\(outputs.map(\.rawValue).joined(separator: ", ")) for \(model == nil ? "features" : "phones")",
        found: output.rawValue)
    }
    key = try settings.value(SettingName.key.rawValue, default: key)
    guard !key.isEmpty, key.utf8.count <= 1024, key.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw SettingLayers.invalid(
        SettingName.key.rawValue, expected: "a word of printable ASCII", found: key)
    }
    channel = try settings.channel()
    if channel != nil, input == .s16 || input == .f32 {
      throw Failure(StageError.channelOfRawInput(input))
    }
    blockFrames = try settings.count(
      SettingName.blockFrames.rawValue, default: blockFrames, in: 1...1_000_000)
  }
}

extension LoadedModel {
  /// The model at a path; nil where none is named.
  fileprivate init?(ifNamed path: String?) throws(Failure) {
    guard let path else { return nil }
    do {
      try self.init(path: path)
    } catch {
      throw Failure(error)
    }
  }
}

extension CorpusChecking {
  /// The check that the settings say.
  ///
  /// Throws ``Failure``.
  init(_ location: CorpusLocation, cores: Int, settings: inout SettingLayers) throws(Failure) {
    self.init(
      corpus: location, jobs: try settings.jobs(cores: cores))
    let rate = try settings.count("sample-rate", default: 16_000, in: 0...10_000_000)
    sampleRateHertz = rate == 0 ? nil : rate
    channel = try settings.channel()
  }
}
