extension VoiceEngine {
  /// A session for a speaker's sentences.
  ///
  /// Throws `engineMissing`, `engineFailed`, `inputOutput`, `cancelled`.
  package func session(
    _ speaker: PseudoSpeaker, texts: [String]
  ) throws(SynthesisError) -> any SpeakingSession {
    switch self {
    case .flite: FliteSession(speaker: speaker, texts: texts)
    case .festival, .espeak: throw .engineMissing(self, missing: rawValue, packages: [])
    }
  }

  /// The version of the engine that is there.
  ///
  /// Throws `engineMissing`.
  package func version() throws(SynthesisError) -> String {
    guard self == .flite else { throw .engineMissing(self, missing: rawValue, packages: []) }
    return Self.fliteVersion
  }
}
