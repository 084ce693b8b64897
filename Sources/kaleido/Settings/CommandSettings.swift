import Archives
import Foundations
import FrontEnds
import Recognition
import Stages
import Synthesis
import TrainedModels
import Workflows

extension PreprocessOptions {
  /// The options that the settings give, for a corpus and an output directory.
  ///
  /// - Parameters:
  ///   - model: a RUN or a model file whose front end is run; none if nil.
  ///   - part: `i/n`; everything if nil.
  ///   - cores: the default of the workers.
  init(
    _ location: CorpusLocation, outputDirectory: String, model modelPath: String? = nil, part: String?,
    cores: Int, settings: inout SettingLayers
  ) throws(Failure) {
    let model = try LoadedModel(ifNamed: modelPath)
    self.init(
      corpus: location, outputDirectory: outputDirectory, frontEnd: try settings.frontEnd(of: model),
      jobs: SettingLayers.jobs(cores: cores))
    self.model = model
    try settings.apply(Self.settings, to: &self)
    if let part { self.part = try ShardPart(parsing: part) }
  }
}

extension LiveStreamOptions {
  /// The options that the settings give.
  ///
  /// - Parameter model: a RUN or a model file that recognizes phones; features are written if nil.
  init(model modelPath: String? = nil, settings: inout SettingLayers) throws(Failure) {
    let model = try LoadedModel(ifNamed: modelPath)
    self.init(frontEnd: try settings.frontEnd(of: model))
    self.model = model
    try settings.apply(Self.settings, to: &self)
    let outputs = model == nil ? Output.ofFeatures : Output.ofPhones
    guard outputs.contains(output) else {
      throw Failure(
        .usage, code: "invalid-value", settings.given("output")?.source ?? .option("output"),
        expected:
          "\(outputs.map(\.rawValue).joined(separator: ", ")) for \(model == nil ? "features" : "phones")",
        found: output.rawValue)
    }
    if channel != nil, input == .s16 || input == .f32 {
      throw Failure(StageError.channelOfRawInput(input))
    }
  }
}

extension CorpusChecking {
  /// The check that the settings give.
  init(_ location: CorpusLocation, cores: Int, settings: inout SettingLayers) throws(Failure) {
    self.init(corpus: location, jobs: SettingLayers.jobs(cores: cores))
    try settings.apply(Self.settings, to: &self)
  }
}

extension TrainOptions {
  /// The options that the settings give, for a corpus and a RUN directory.
  ///
  /// - Parameter featuresFrom: a directory of `preprocess` that the features are read from; none if nil.
  init(
    _ location: CorpusLocation, runDirectory: String, featuresFrom: String? = nil, cores: Int,
    settings: inout SettingLayers
  ) throws(Failure) {
    self.init(
      corpus: location, runDirectory: runDirectory,
      features: .frontEnd(try settings.frontEnd(), storedIn: featuresFrom),
      jobs: SettingLayers.jobs(cores: cores))
    try settings.apply(Self.settings, to: &self)
    do { try classifier.check() } catch { throw Failure(error) }
  }
}

extension TestOptions {
  /// The options that the settings give, for a corpus.
  init(_ location: CorpusLocation, cores: Int, settings: inout SettingLayers) throws(Failure) {
    self.init(location, jobs: SettingLayers.jobs(cores: cores))
    try settings.apply(Self.settings, to: &self)
  }
}

extension CorpusMakingOptions {
  /// The options of the command line.
  ///
  /// The environment decides no byte of a corpus, only the number of workers.
  init(
    outputDirectory: String, flags: [String: String], environment: [String: String], cores: Int
  ) throws(Failure) {
    let jobs = EnvironmentVariable.named("jobs")
    var settings = try SettingLayers(
      flags: flags, environment: environment.filter { $0.key == jobs }, configuration: nil)
    self.init(
      outputDirectory: outputDirectory, recipe: CorpusRecipe(), jobs: SettingLayers.jobs(cores: cores))
    try settings.apply(Self.settings, to: &self)
  }
}

extension SettingLayers {
  /// The default number of workers.
  static func jobs(cores: Int) -> Int { min(max(1, cores), 256) }
}

extension LoadedModel {
  /// The model at a path; nil where none is named.
  fileprivate init?(ifNamed path: String?) throws(Failure) {
    guard let path else { return nil }
    do { try self.init(path: path) } catch { throw Failure(error) }
  }
}

extension ShardPart {
  /// Reads `i/n`, i from 1.
  init(parsing text: String) throws(Failure) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let index = parts[0], let count = parts[1], count >= 1,
      (1...count).contains(index)
    else {
      throw Failure(
        .usage, code: "invalid-value", .option("shard"), expected: "i/n with i from 1 to n, such as 1/4",
        found: text)
    }
    self.init(index: index, count: count)
  }
}
