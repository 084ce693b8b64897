extension VoiceEngine {
  /// A session for a speaker's sentences.
  ///
  /// Festival and eSpeak NG speak all sentences at this point, which blocks the thread for seconds.
  ///
  /// - Throws: `engineMissing`, `engineFailed`, `inputOutput`, `cancelled`.
  package func session(
    _ speaker: PseudoSpeaker, texts: [String]
  ) throws(SynthesisError) -> any SpeakingSession {
    switch self {
    case .flite: FliteSession(speaker: speaker, texts: texts)
    case .festival: try FestivalSession(speaker: speaker, texts: texts)
    case .espeak: try EspeakSession(speaker: speaker, texts: texts)
    }
  }

  /// The version of the installed engine, after a check of its voices.
  ///
  /// - Throws: `engineMissing`, `engineFailed`, `inputOutput`, `cancelled`.
  package func version() throws(SynthesisError) -> String {
    switch self {
    case .flite: SynthesisIdentity.fliteVersion
    case .festival: try FestivalSession.version()
    case .espeak: try EspeakSession.version()
    }
  }
}
