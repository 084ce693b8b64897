/// A named corpus size.
package enum CorpusPreset: String, CaseIterable, Sendable {
  /// 4 speakers, about a minute, short sentences.
  case tiny
  /// 32 speakers, about 35 minutes.
  case small
  /// 64 speakers, about 160 minutes.
  case big

  package var speakers: Int {
    switch self {
    case .tiny: 4
    case .small: 32
    case .big: 64
    }
  }

  package var minutes: Double {
    switch self {
    case .tiny: 1
    case .small: 35
    case .big: 160
    }
  }

  /// The maximum number of words in a sentence.
  var maximumWords: Int { self == .tiny ? 7 : Prompt.maximumWords }
}

/// The settings that, with the prompts, determine every byte of a corpus.
package struct CorpusRecipe: Equatable, Sendable {
  package static let speakerRange = 3...2000
  package static let minuteRange = 0.1...6000

  package var preset: CorpusPreset
  /// The number of speakers: a quarter are test speakers, an eighth of the rest dev speakers, at least one
  /// each.
  package var speakers: Int
  /// The approximate duration of audio, by which the number of sentences is estimated.
  package var minutes: Double
  package var seed: UInt64
  package var engines: [VoiceEngine]
  /// Whether room, noise, hum and spectral tilt are omitted.
  package var isClean = false

  package init(
    preset: CorpusPreset = .small, speakers: Int? = nil, minutes: Double? = nil, seed: UInt64 = 1,
    engines: [VoiceEngine] = [.flite]
  ) {
    self.preset = preset
    self.speakers = speakers ?? preset.speakers
    // Another number of speakers changes the total, not the duration per speaker.
    self.minutes =
      minutes ?? preset.minutes * Double(speakers ?? preset.speakers) / Double(preset.speakers)
    self.seed = seed
    self.engines = engines
  }

  /// The number of speakers in a split.
  package func speakers(of split: CorpusSplitName) -> Int {
    let test = max(1, speakers / 4)
    let dev = max(1, (speakers - test) / 8)
    return switch split {
    case .train: speakers - test - dev
    case .dev: dev
    case .test: test
    }
  }

  /// Checks all ranges.
  ///
  /// - Throws: ``SynthesisError/recipe(field:value:expected:)``.
  func check() throws(SynthesisError) {
    guard Self.speakerRange.contains(speakers) else {
      throw .recipe(
        field: .speakers, value: "\(speakers)",
        expected: "\(Self.speakerRange.lowerBound) to \(Self.speakerRange.upperBound)")
    }
    guard Self.minuteRange.contains(minutes) else {
      throw .recipe(
        field: .minutes, value: "\(minutes)",
        expected: "\(Self.minuteRange.lowerBound) to \(Self.minuteRange.upperBound)")
    }
    guard !engines.isEmpty, Set(engines).count == engines.count else {
      throw .recipe(
        field: .engines, value: engines.map(\.rawValue).joined(separator: ","),
        expected: "each engine once, at least one")
    }
  }
}
