package import Corpus

/// The named sets of a corpus.
package enum CorpusSplitName: String, CaseIterable, Codable, Sendable {
  case train
  case dev
  case test

  /// The folder that TIMIT's layout has for it.
  package var folder: String { self == .test ? "TEST" : "TRAIN" }
}

/// A speaker made from a voice: other pitch, other rate, another length of the vocal tract, another microphone.
package struct PseudoSpeaker: Equatable, Sendable {
  /// TIMIT's form: sex, three letters, a digit.
  package var name: String
  package var sex: Sex
  /// 1 to 8; says nothing about the speech.
  package var dialectRegion: Int
  package var split: CorpusSplitName
  package var voice: Voice
  /// What resampling multiplies every frequency by, formants and pitch alike.
  package var frequencyScale: Double
  /// What the engine multiplies durations by, in front of the resampling.
  package var durationStretch: Double
  /// Mean and standard deviation of the pitch that the engine is asked for, in front of the resampling.
  package var pitchHertz: Double
  package var pitchDeviationHertz: Double
  /// For eSpeak NG, 0 to 99.
  package var pitchSetting: Int
  package var channel: RecordingChannel
}

extension PseudoSpeaker {
  /// Draws the speaker at a place of a split's list.
  ///
  /// - Parameters:
  ///   - lap: how many speakers before have the same voice; the first is the voice as it is, but for pitch and rate.
  ///   - random: of this speaker alone.
  init(voice: Voice, lap: Int, split: CorpusSplitName, dialectRegion: Int, random: inout KeyedRandom) {
    self.voice = voice
    self.split = split
    self.dialectRegion = dialectRegion
    let takesPitchInHertz = voice.pitchHertz != nil
    var sex = voice.sex
    // Vocal tracts of women are a sixth shorter than those of men: every third man's voice becomes a woman's.
    let isTurned = takesPitchInHertz && sex == .male && lap % 3 == 2
    let range: (Double, Double) =
      if !takesPitchInHertz {
        (0.93, 1.07)
      } else if isTurned {
        (1.14, 1.22)
      } else {
        sex == .female ? (0.88, 1.0) : (0.92, 1.16)
      }
    let drawn = random.uniform(range.0, range.1)
    if isTurned { sex = .female }
    let scale = lap == 0 && takesPitchInHertz ? 1 : drawn
    self.sex = sex
    frequencyScale = scale
    // Resampling shortens what it raises; the engine makes up for it.
    durationStretch = random.uniform(0.9, 1.15) * (takesPitchInHertz ? scale : 1)
    pitchHertz = (voice.pitchHertz ?? 0) * random.uniform(0.88, 1.15) * (isTurned ? 1.25 : 1)
    pitchDeviationHertz = random.uniform(10, 24)
    pitchSetting = Int(random.uniform(35, 65))
    channel = RecordingChannel(random: &random)
    name = "\(sex.rawValue)" + (0..<3).map { _ in Self.letter(&random) }.joined() + "0"
  }

  private static func letter(_ random: inout KeyedRandom) -> String {
    String(UnicodeScalar(UInt8(ascii: "A") + UInt8(random.index(below: 26))))
  }
}
