package import Foundations
import Synthesis

extension CorpusMakingOptions {
  /// The settings of `corpus make`, in the order of the help.
  package static let settings: [Setting<CorpusMakingOptions>] =
    CorpusRecipe.settings.within(\.recipe) + [.jobs(\.jobs)]
}

extension CorpusRecipe {
  fileprivate static let settings: [Setting<CorpusRecipe>] = [
    .choice("preset", \.presetWithDefaults, help: "Size: \(sizes)."),
    .integer(
      "speakers", \.speakersWithMinutes, speakerRange,
      help: "Speakers of all splits: a quarter for testing, an eighth of the others for development."
    ).with { $0.defaultNote = "the preset's" },
    .real("minutes", \.minutes, minuteRange, unit: .minutes, help: "Approximate duration of the audio.")
      .with { $0.defaultNote = "as much for each speaker as in the preset" },
    .seed("seed", \.seed, help: "Seed of every draw."),
    .text("engines", \.engines, engineList, help: "Speech synthesizers, by commas: \(engineNames).")
      .valued("names"),
    .flag("clean", \.isClean, help: "Leave out room, noise, hum and spectral tilt."),
  ]

  private static var sizes: String {
    CorpusPreset.allCases.map {
      "\($0.rawValue), \($0.speakers) speakers, \(SettingValue.real($0.minutes).text) min"
    }.joined(separator: "; ")
  }

  private static var engineNames: String { VoiceEngine.allCases.map(\.rawValue).joined(separator: ", ") }

  /// Reads `flite,festival`; their order makes no difference.
  private static let engineList = SettingForm<[VoiceEngine]>("names among \(engineNames)") { text in
    let engines = text.split(separator: ",", omittingEmptySubsequences: false).map {
      VoiceEngine(rawValue: String($0))
    }
    guard !engines.contains(nil) else { return nil }
    return VoiceEngine.allCases.filter { engines.contains($0) }
  } write: { engines in
    engines.map(\.rawValue).joined(separator: ",")
  }

  /// The preset; setting it sets its numbers of speakers and minutes.
  fileprivate var presetWithDefaults: CorpusPreset {
    get { preset }
    set {
      preset = newValue
      (speakers, minutes) = (newValue.speakers, newValue.minutes)
    }
  }

  /// The number of speakers; setting it keeps the preset's duration per speaker.
  fileprivate var speakersWithMinutes: Int {
    get { speakers }
    set {
      let sized = CorpusRecipe(preset: preset, speakers: newValue)
      (speakers, minutes) = (sized.speakers, sized.minutes)
    }
  }
}
