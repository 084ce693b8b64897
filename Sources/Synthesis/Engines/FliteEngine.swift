import CFlite
import Foundations
import Glibc

/// CMU Flite, under a lock, since its voices are global objects and draw their noise from `rand()`.
///
/// Nothing else in the process may call `rand()` while a sentence is spoken.
///
/// Source: Black and Lenzo, "Flite: a small fast run-time synthesis engine" (2001).
enum FliteEngine {
  private static let lock: Guarded<Void> = {
    flite_init()
    return Guarded(())
  }()

  /// Speaks a sentence with a speaker's settings.
  ///
  /// `rand()` is seeded anew and every setting is made for each sentence, so nothing depends on earlier ones.
  /// Safe in any number of threads, which wait for each other.
  static func speak(_ text: String, as speaker: PseudoSpeaker) throws(SynthesisError) -> SpokenUtterance {
    try lock.withLock { _ in
      Result { () throws(SynthesisError) in try spokenAlone(text, as: speaker) }
    }.get()
  }

  private static func spokenAlone(
    _ text: String, as speaker: PseudoSpeaker
  ) throws(SynthesisError) -> SpokenUtterance {
    guard let voice = voice(speaker.voice.name) else {
      throw .engineMissing(.flite, .voice(speaker.voice.name), packages: ["libflite1"])
    }
    let features = voice.pointee.features
    feat_set_float(features, "int_f0_target_mean", Float(speaker.pitchHertz))
    feat_set_float(features, "int_f0_target_stddev", Float(speaker.pitchDeviationHertz))
    feat_set_float(features, "duration_stretch", Float(speaker.durationStretch))
    srand(1)
    guard let utterance = flite_synth_text(text, voice) else {
      throw .unspeakable(text: text, .noSound)
    }
    defer { delete_utterance(utterance) }
    guard let wave = utt_wave(utterance), let samples = wave.pointee.samples, wave.pointee.num_samples > 0,
      wave.pointee.sample_rate > 0, wave.pointee.num_channels == 1,
      let relation = utt_relation(utterance, "Segment")
    else { throw .unspeakable(text: text, .noSound) }
    let count = Int(wave.pointee.num_samples)
    let (segments, words) = segments(
      of: relation, sampleRateHertz: Int(wave.pointee.sample_rate), sampleCount: count)
    return SpokenUtterance(
      samples: Array(UnsafeBufferPointer(start: samples, count: count)),
      sampleRateHertz: Int(wave.pointee.sample_rate), segments: segments, words: words)
  }

  private static func voice(_ name: String) -> UnsafeMutablePointer<cst_voice>? {
    switch name {
    case "slt": register_cmu_us_slt(nil)
    case "rms": register_cmu_us_rms(nil)
    case "awb": register_cmu_us_awb(nil)
    case "kal16": register_cmu_us_kal16(nil)
    default: nil
    }
  }

  /// The segments and words, clamped to the audio: the last segment of `kal16` may end 0.1 s after it.
  private static func segments(
    of relation: UnsafeMutablePointer<cst_relation>, sampleRateHertz: Int, sampleCount: Int
  ) -> ([SpokenSegment], [String]) {
    var segments: [SpokenSegment] = []
    var words: [String] = []
    var word: UnsafeMutablePointer<cst_item>?
    var position = 0
    var item = relation_head(relation)
    while let segment = item {
      item = item_next(segment)
      let name = text(item_feat_string(segment, "name"))
      let seconds = Double(item_feat_float(segment, "end"))
      // NaN and times out of range are clamped as well.
      let sample =
        (0..<1e6).contains(seconds) ? Int((seconds * Double(sampleRateHertz)).rounded()) : sampleCount
      let end = min(sampleCount, max(position, sample))
      let isPause = name == "pau"
      if isPause {
        word = nil
      } else if let own = path_to_item(segment, "R:SylStructure.parent.parent"), own != word {
        word = own
        words.append(text(ffeature_string(segment, "R:SylStructure.parent.parent.name")))
      }
      if end > position {
        segments.append(
          SpokenSegment(
            phone: isPause ? SpokenSegment.silence : name, start: position, end: end,
            word: isPause || words.isEmpty ? nil : words.count - 1,
            isStressed: text(ffeature_string(segment, "R:SylStructure.parent.stress")) == "1"))
      }
      position = end
    }
    return (segments, words)
  }

  private static func text(_ pointer: UnsafePointer<CChar>?) -> String {
    pointer.map { String(cString: $0) } ?? ""
  }
}

/// A speaker's sentences, spoken by Flite one by one.
final class FliteSession: SpeakingSession {
  private let speaker: PseudoSpeaker
  private let texts: [String]

  init(speaker: PseudoSpeaker, texts: [String]) {
    self.speaker = speaker
    self.texts = texts
  }

  func speak(_ index: Int) throws(SynthesisError) -> SpokenUtterance {
    try FliteEngine.speak(texts[index], as: speaker)
  }
}
