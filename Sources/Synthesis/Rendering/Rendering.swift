/// The conversion of an engine's speech to the recording of a pseudo-speaker.
package struct Rendering: Sendable {
  private let speaker: PseudoSpeaker
  /// Whether room, noise, hum and spectral tilt are omitted.
  private let isClean: Bool

  package init(speaker: PseudoSpeaker, isClean: Bool) {
    self.speaker = speaker
    self.isClean = isClean
  }

  /// Renders an utterance; safe in any number of threads at once.
  ///
  /// - Parameters:
  ///   - spoken: the engine's speech.
  ///   - text: the sentence, for the spelling of words.
  ///   - random: this utterance's own generator.
  /// - Throws: `unspeakable` for speech without phones or with unknown ones, `transformUnavailable`.
  package func render(
    _ spoken: SpokenUtterance, text: String, random: inout KeyedRandom
  ) throws(SynthesisError) -> RenderedUtterance {
    let margins = (random.uniform(0.06, 0.2), random.uniform(0.06, 0.2))
    let (speech, segments) = try Self.trimmed(spoken, margins: margins, text: text)
    let count = Int(
      (Double(speech.count) * Double(RenderedUtterance.sampleRateHertz) / Double(spoken.sampleRateHertz)
        / speaker.frequencyScale).rounded())
    let isUnchanged = count == speech.count
    let step = Double(speech.count) / Double(max(1, count))
    let samples = isUnchanged ? speech : Resampler(step: step).resampled(speech, count: count)
    let phones = PostlexicalRules(samples: samples).phones(
      of: Self.scaled(segments, from: speech.count, to: count))
    guard !phones.isEmpty else { throw .unspeakable(text: text, .noPhones) }
    var recording = RecordingChannel.ofUnitPower(samples)
    if !isClean { recording = try speaker.channel.recorded(recording, random: &random) }
    return RenderedUtterance(
      samples: quantized(recording),
      phones: phones.map { .init(start: $0.start, end: $0.end, symbol: $0.symbol) },
      words: Self.spelled(Self.words(of: phones, names: spoken.words), as: text))
  }

  /// The speech with margins of at most the given seconds of silence.
  private static func trimmed(
    _ spoken: SpokenUtterance, margins: (Double, Double), text: String
  ) throws(SynthesisError) -> (samples: [Float], segments: [SpokenSegment]) {
    guard let first = spoken.segments.first(where: { !$0.isSilence }),
      let last = spoken.segments.last(where: { !$0.isSilence })
    else { throw .unspeakable(text: text, .noPhones) }
    let unknown = spoken.segments.first { !$0.isSilence && !PhoneGroups.spoken.contains($0.phone) }
    if let unknown { throw .unspeakable(text: text, .unknownPhone(unknown.phone)) }
    let rate = Double(spoken.sampleRateHertz)
    let start = max(0, first.start - Int(rate * margins.0))
    let end = min(spoken.samples.count, last.end + Int(rate * margins.1))
    guard end > start, last.end <= spoken.samples.count else {
      throw .unspeakable(text: text, .segmentsBeyondSamples)
    }
    var segments: [SpokenSegment] = []
    var position = 0
    for segment in spoken.segments {
      var segment = segment
      segment.start = position
      segment.end = min(max(segment.end, start), end) - start
      guard segment.end > segment.start else { continue }
      position = segment.end
      segments.append(segment)
    }
    if position < end - start {
      if segments.last?.isSilence == true {
        segments[segments.count - 1].end = end - start
      } else {
        segments.append(silence(from: position, to: end - start))
      }
    }
    // If the engine starts with a phone, the first margin is empty.
    return (spoken.samples[start..<end].map { Float($0) }, segments)
  }

  private static func silence(from start: Int, to end: Int) -> SpokenSegment {
    SpokenSegment(phone: SpokenSegment.silence, start: start, end: end, word: nil, isStressed: false)
  }

  /// The segments scaled to another number of samples, still contiguous and complete.
  private static func scaled(_ segments: [SpokenSegment], from old: Int, to new: Int) -> [SpokenSegment] {
    let factor = Double(new) / Double(max(1, old))
    var position = 0
    var scaled: [SpokenSegment] = []
    for segment in segments {
      var segment = segment
      segment.start = position
      segment.end = min(new, Int((Double(segment.end) * factor).rounded()))
      guard segment.end > segment.start else { continue }
      position = segment.end
      scaled.append(segment)
    }
    if !scaled.isEmpty { scaled[scaled.count - 1].end = new }
    return scaled
  }

  /// The samples at the speaker's level, or as loud as possible without clipping.
  private func quantized(_ samples: [Float]) -> [Int16] {
    let peak = samples.reduce(Float(0)) { max($0, abs($1)) }
    let level = Float(speaker.channel.gain * 32_768 * (isClean ? 0.25 : 0.35))
    let scale = min(level, 30_000 / (peak + 1e-9))
    return samples.map { Int16(max(-32_768, min(32_767, ($0 * scale).rounded()))) }
  }

  /// Words on phone boundaries; a part that the engine split off at an apostrophe is joined to the word
  /// before.
  private static func words(
    of phones: [PostlexicalRules.Phone], names: [String]
  ) -> [RenderedUtterance.Label] {
    var words: [RenderedUtterance.Label] = []
    var current: Int?
    for phone in phones {
      guard let word = phone.word, names.indices.contains(word) else { continue }
      let name = names[word]
      if current == word {
        words[words.count - 1].end = phone.end
      } else if name.hasPrefix("'"), !words.isEmpty {
        words[words.count - 1].end = phone.end
        words[words.count - 1].symbol += name
      } else {
        words.append(.init(start: phone.start, end: phone.end, symbol: name))
      }
      current = word
    }
    return words
  }

  /// The words in the spelling of the sentence if the words match, since engines drop apostrophes.
  static func spelled(
    _ words: [RenderedUtterance.Label], as text: String
  ) -> [RenderedUtterance.Label] {
    let spellings = text.lowercased().split { !($0.isLetter || $0 == "'") }.map(String.init)
    func letters(_ word: String) -> String { word.filter { $0 != "'" } }
    guard words.map({ letters($0.symbol) }) == spellings.map(letters) else { return words }
    return zip(words, spellings).map { word, spelling in
      RenderedUtterance.Label(start: word.start, end: word.end, symbol: spelling)
    }
  }
}
