/// A speaker's sentences, spoken by one run of Festival.
///
/// Source: Black, Taylor and Caley, "The Festival Speech Synthesis System" (1997).
final class FestivalSession: SpeakingSession {
  static let packages = ["festival", "festvox-kdlpc16k", "festvox-us-slt-hts"]

  private let program: EngineProgram
  private let texts: [String]
  private let voice: String

  init(speaker: PseudoSpeaker, texts: [String]) throws(SynthesisError) {
    self.texts = texts
    voice = speaker.voice.name
    program = try EngineProgram(.festival)
    let script = "\(program.folder)/speak.scm"
    try program.write(Array(Self.script(speaker, texts).utf8), to: script)
    _ = try program.run("festival", ["--batch", script], voice: voice, packages: Self.packages)
  }

  /// The version that the program reports.
  ///
  /// - Throws: `engineMissing` also if only a voice is missing.
  static func version() throws(SynthesisError) -> String {
    let program = try EngineProgram(.festival)
    let version = try program.run("festival", ["--version"], voice: "", packages: packages)
    let voices = try program.run(
      "festival", ["--batch", "(print (voice.list))"], voice: "", packages: packages)
    for voice in Voice.voices([.festival], isForTest: false) + Voice.voices([.festival], isForTest: true) {
      guard voices.contains(voice.name) else {
        throw .engineMissing(.festival, .voice(voice.name), packages: packages)
      }
    }
    return version.split(separator: "\n").first.map(String.init) ?? "unknown"
  }

  func speak(_ index: Int) throws(SynthesisError) -> SpokenUtterance {
    let wave = try program.read("\(program.folder)/\(index).wav")
    // RIFF as Festival writes it: a header of 44 bytes, one channel of 16 bits.
    guard wave.count > 44, wave[..<4].elementsEqual("RIFF".utf8), wave[36..<40].elementsEqual("data".utf8),
      wave[22] == 1, wave[34] == 16
    else { throw .unspeakable(text: texts[index], .noSound) }
    let rate = Int(wave[24]) | Int(wave[25]) << 8 | Int(wave[26]) << 16
    guard (8000...48_000).contains(rate) else { throw program.malformed(voice, "a sample rate of \(rate)") }
    let samples = EngineFile.samples(wave[44...])
    let table = String(decoding: try program.read("\(program.folder)/\(index).seg"), as: UTF8.self)
    var segments: [SpokenSegment] = []
    var words: [String] = []
    var word: [Substring]?
    var position = 0
    for line in table.split(separator: "\n") {
      let cells = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard cells.count == 5, let seconds = Double(cells[1]), (0...1000).contains(seconds) else {
        throw program.malformed(voice, String(line.prefix(80)))
      }
      let end = min(samples.count, max(position, Int((seconds * Double(rate)).rounded())))
      let isPause = cells[0] == "pau"
      if isPause {
        word = nil
      } else if word != [cells[2], cells[3]] {
        word = [cells[2], cells[3]]
        words.append(String(cells[2]))
      }
      if end > position {
        segments.append(
          SpokenSegment(
            phone: isPause ? SpokenSegment.silence : String(cells[0]), start: position, end: end,
            word: isPause ? nil : words.count - 1, isStressed: cells[4] == "1"))
      }
      position = end
    }
    return SpokenUtterance(samples: samples, sampleRateHertz: rate, segments: segments, words: words)
  }

  /// The Scheme script that speaks each sentence to `N.wav` and writes its segments to `N.seg`, one line
  /// each: phone, end, word, end of the word, stress.
  ///
  /// Sentences contain no character that ends a string, see ``Prompt``.
  private static func script(_ speaker: PseudoSpeaker, _ texts: [String]) -> String {
    var lines = [
      "(voice_\(speaker.voice.name))", "(Parameter.set 'Duration_Stretch \(speaker.durationStretch))",
    ]
    if speaker.voice.name.hasSuffix("diphone") {
      lines.append(
        "(set! int_lr_params '((target_f0_mean \(speaker.pitchHertz)) "
          + "(target_f0_std \(speaker.pitchDeviationHertz)) (model_f0_mean 170) (model_f0_std 34)))")
    }
    lines.append(
      """
      (define (kaleido_row segment table)
        (format table "%s\\t%f\\t%s\\t%s\\t%s\\n" (item.name segment) (item.feat segment "end")
          (item.feat segment "R:SylStructure.parent.parent.name")
          (item.feat segment "R:SylStructure.parent.parent.word_end")
          (item.feat segment "R:SylStructure.parent.stress")))
      (define (kaleido_speak sentence name)
        (let ((spoken (utt.synth (eval (list 'Utterance 'Text sentence))))
              (table (fopen (string-append name ".seg") "w")))
          (mapcar (lambda (segment) (kaleido_row segment table)) (utt.relation.items spoken 'Segment))
          (fclose table)
          (utt.save.wave spoken (string-append name ".wav") 'riff)))
      """)
    for (index, text) in texts.enumerated() { lines.append("(kaleido_speak \"\(text)\" \"\(index)\")") }
    return lines.joined(separator: "\n") + "\n"
  }
}
