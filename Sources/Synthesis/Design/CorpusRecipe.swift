/// Sizes of corpora by name.
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

  var mostWords: Int { self == .tiny ? 7 : Prompt.mostWords }
}

/// What decides every byte of a corpus.
package struct CorpusRecipe: Equatable, Sendable {
  package static let speakerRange = 3...2000
  package static let minuteRange = 0.1...6000

  package var preset: CorpusPreset
  /// Of all splits together: a quarter of them for testing, an eighth for development, at least one each.
  package var speakers: Int
  /// About, of audio: the sentences are counted out beforehand, by their usual length.
  package var minutes: Double
  package var seed: UInt64
  package var engines: [VoiceEngine]
  /// Without room, noise, hum and tilt.
  package var isClean = false

  package init(
    preset: CorpusPreset = .small, speakers: Int? = nil, minutes: Double? = nil, seed: UInt64 = 1,
    engines: [VoiceEngine] = [.flite]
  ) {
    self.preset = preset
    self.speakers = speakers ?? preset.speakers
    // Fewer speakers than the preset's speak as much each, not more.
    self.minutes =
      minutes ?? preset.minutes * Double(speakers ?? preset.speakers) / Double(preset.speakers)
    self.seed = seed
    self.engines = engines
  }

  /// Speakers of a split.
  package func speakers(of split: CorpusSplitName) -> Int {
    let test = max(1, speakers / 4)
    let dev = max(1, (speakers - test) / 8)
    return switch split {
    case .train: speakers - test - dev
    case .dev: dev
    case .test: test
    }
  }

  /// Throws `recipe`.
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
