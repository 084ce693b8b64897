package import Corpus

/// A speech synthesiser that tells the times of its segments.
package enum VoiceEngine: String, CaseIterable, Codable, Sendable {
  /// CMU Flite, through its library.
  case flite
  /// Festival, run as a program.
  case festival
  /// eSpeak NG, run as a program of its own: it is under GPL 3 and never linked.
  case espeak
}

/// A voice of an engine: what stands behind any number of pseudo-speakers.
package struct Voice: Hashable, Sendable {
  package var engine: VoiceEngine
  package var name: String
  package var sex: Sex
  /// The mean pitch that it has by itself; nil where the engine takes no mean in Hz.
  package var pitchHertz: Double?

  /// As manifests name it: `flite:slt`.
  package var identifier: String { "\(engine.rawValue):\(name)" }
}

extension Voice {
  /// The voices of the engines for a split's speakers, each list in the order in which speakers take them.
  ///
  /// No voice is in both lists: who is tested was never heard in training.
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
