import Foundations
import FrontEnds
import Synthesis
import Workflows

/// What `corpus make` may be told.
///
/// A recipe is said on the command line alone; the environment decides no byte of a corpus, only the number
/// of workers.
enum CorpusMakingSetting: String, Sendable, CaseIterable {
  case preset
  case speakers
  case minutes
  case seed
  case engines
  case clean
  case jobs
}

extension CorpusMakingOptions {
  /// The options in words, as they stand on the command line.
  ///
  /// Throws ``Failure``.
  init(
    outputDirectory: String, said: [CorpusMakingSetting: String], environment: [String: String], cores: Int
  ) throws(Failure) {
    var flags: [String: String] = [:]
    for (setting, text) in said { flags[setting.rawValue] = text }
    var settings = try SettingLayers(flags: flags, environment: [:], configuration: nil)
    var recipe = CorpusRecipe(
      preset: try settings.choice(CorpusMakingSetting.preset.rawValue, default: .small))
    if said[.speakers] != nil {
      let speakers = try settings.count(
        CorpusMakingSetting.speakers.rawValue, default: recipe.speakers, in: CorpusRecipe.speakerRange)
      recipe = CorpusRecipe(preset: recipe.preset, speakers: speakers)
    }
    if let text = said[.minutes] {
      let range = CorpusRecipe.minuteRange
      guard let minutes = Double(text), range.contains(minutes) else {
        throw SettingLayers.invalid(
          CorpusMakingSetting.minutes.rawValue,
          expected: "a number from \(range.lowerBound) to \(range.upperBound)", found: text)
      }
      recipe.minutes = minutes
    }
    recipe.seed = UInt64(try settings.count(CorpusMakingSetting.seed.rawValue, default: 1, in: 0...Int.max))
    recipe.isClean = try settings.flag(CorpusMakingSetting.clean.rawValue)
    if let text = said[.engines] { recipe.engines = try Self.engines(text) }
    var workers = try SettingLayers(flags: flags, environment: environment, configuration: nil)
    self.init(outputDirectory: outputDirectory, recipe: recipe, jobs: try workers.jobs(cores: cores))
  }

  /// Reads `flite,festival`; the order in which they are said says nothing.
  private static func engines(_ text: String) throws(Failure) -> [VoiceEngine] {
    let names = VoiceEngine.allCases.map(\.rawValue)
    var engines: Set<VoiceEngine> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let engine = VoiceEngine(rawValue: String(part)) else {
        throw SettingLayers.invalid(
          CorpusMakingSetting.engines.rawValue, expected: "names among \(names.joined(separator: ","))",
          found: text, remedy: NearestName.of(String(part), among: names).map { "Did you mean \($0)?" })
      }
      engines.insert(engine)
    }
    return VoiceEngine.allCases.filter(engines.contains)
  }
}
