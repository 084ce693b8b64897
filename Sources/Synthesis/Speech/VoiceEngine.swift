package import Corpus

/// A speech synthesizer that reports the times of its segments.
package enum VoiceEngine: String, CaseIterable, Codable, Sendable {
  /// CMU Flite, a library.
  case flite
  /// Festival, run as a program.
  case festival
  /// eSpeak NG, run in a separate process: it is under GPL 3 and never linked.
  case espeak
}

/// A voice of an engine, from which any number of pseudo-speakers are made.
package struct Voice: Hashable, Sendable {
  package var engine: VoiceEngine
  package var name: String
  package var sex: Sex
  /// Its natural mean pitch; nil if the engine does not take a mean pitch in Hz.
  package var pitchHertz: Double?

  /// The name in manifests, such as `flite:slt`.
  package var identifier: String { "\(engine.rawValue):\(name)" }
}

extension Voice {
  /// The voices of the engines for test or other speakers, in the order in which speakers take them.
  ///
  /// The two lists are disjoint, so test voices never occur in training.
  package static func voices(_ engines: [VoiceEngine], isForTest: Bool) -> [Voice] {
    engines.flatMap { isForTest ? $0.testVoices : $0.trainingVoices }
  }
}

extension VoiceEngine {
  private func voice(_ name: String, _ sex: Sex, _ pitchHertz: Double? = nil) -> Voice {
    Voice(engine: self, name: name, sex: sex, pitchHertz: pitchHertz)
  }

  fileprivate var trainingVoices: [Voice] {
    switch self {
    case .flite:
      [voice("slt", .female, 172), voice("kal16", .male, 105), voice("awb", .male, 138)]
    case .festival:
      [voice("cmu_us_slt_arctic_hts", .female, 172)]
    case .espeak:
      [
        voice("en-us+f2", .female), voice("en-us+m3", .male), voice("en-us+klatt2", .male),
        voice("gmw/en-US-nyc+f4", .female), voice("en-us+m7", .male), voice("en-us+Andrea", .female),
        voice("en-us+klatt4", .male), voice("en-gb-scotland+m1", .male), voice("en-us+linda", .female),
        voice("en-us+paul", .male), voice("en-us+f5", .female), voice("en-us+robert", .male),
      ]
    }
  }

  fileprivate var testVoices: [Voice] {
    switch self {
    case .flite: [voice("rms", .male, 100)]
    case .festival: [voice("ked_diphone", .male, 112)]
    case .espeak:
      [
        voice("en-us+f3", .female), voice("en-us+m5", .male), voice("en-us+klatt3", .male),
        voice("en-us+Annie", .female), voice("gmw/en-US-nyc+m4", .male), voice("en-us+steph", .female),
      ]
    }
  }
}
