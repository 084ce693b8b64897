package import Corpus

/// The splits of a corpus.
package enum CorpusSplitName: String, CaseIterable, Codable, Sendable {
  case train
  case dev
  case test

  /// The folder in TIMIT's layout.
  package var folder: String { self == .test ? "TEST" : "TRAIN" }
}

/// A speaker made from a voice by changing pitch, speaking rate, vocal tract length and recording channel.
package struct PseudoSpeaker: Equatable, Sendable {
  /// The name in TIMIT's form: sex, three letters, a digit.
  package var name: String
  package var sex: Sex
  /// 1 to 8, unrelated to the speech.
  package var dialectRegion: Int
  package var split: CorpusSplitName
  package var voice: Voice
  /// The factor by which resampling multiplies all frequencies, formants and pitch alike.
  package var frequencyScale: Double
  /// The factor by which the engine multiplies durations, before resampling.
  package var durationStretch: Double
  /// The mean pitch of the engine, before resampling.
  package var pitchHertz: Double
  /// The standard deviation of the engine's pitch, before resampling.
  package var pitchDeviationHertz: Double
  /// The pitch setting of eSpeak NG, 0 to 99.
  package var pitchSetting: Int
  package var channel: RecordingChannel
}

extension PseudoSpeaker {
  /// Draws a speaker.
  ///
  /// - Parameters:
  ///   - voice: its voice.
  ///   - rotation: the number of earlier speakers with this voice; the first only changes pitch and rate.
  ///   - split: its split.
  ///   - dialectRegion: 1 to 8.
  ///   - random: this speaker's own generator.
  init(voice: Voice, rotation: Int, split: CorpusSplitName, dialectRegion: Int, random: inout KeyedRandom) {
    self.voice = voice
    self.split = split
    self.dialectRegion = dialectRegion
    let takesPitchInHertz = voice.pitchHertz != nil
    var sex = voice.sex
    // Women's vocal tracts are a sixth shorter than men's: every third speaker of a male voice becomes
    // female.
    let isFeminized = takesPitchInHertz && sex == .male && rotation % 3 == 2
    let range: (Double, Double) =
      if !takesPitchInHertz {
        (0.93, 1.07)
      } else if isFeminized {
        (1.14, 1.22)
      } else {
        sex == .female ? (0.88, 1.0) : (0.92, 1.16)
      }
    let drawn = random.uniform(range.0, range.1)
    if isFeminized { sex = .female }
    let scale = rotation == 0 && takesPitchInHertz ? 1 : drawn
    self.sex = sex
    frequencyScale = scale
    // Resampling that raises frequencies shortens durations; the engine compensates.
    durationStretch = random.uniform(0.9, 1.15) * (takesPitchInHertz ? scale : 1)
    pitchHertz = (voice.pitchHertz ?? 0) * random.uniform(0.88, 1.15) * (isFeminized ? 1.25 : 1)
    pitchDeviationHertz = random.uniform(10, 24)
    pitchSetting = Int(random.uniform(35, 65))
    channel = RecordingChannel(random: &random)
    name = "\(sex.rawValue)" + (0..<3).map { _ in Self.letter(&random) }.joined() + "0"
  }

  private static func letter(_ random: inout KeyedRandom) -> String {
    String(UnicodeScalar(UInt8(ascii: "A") + UInt8(random.index(below: 26))))
  }
}
