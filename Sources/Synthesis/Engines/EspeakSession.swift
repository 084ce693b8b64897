import Glibc

/// A speaker's sentences, spoken by one run of eSpeak NG.
final class EspeakSession: SpeakingSession {
  static let packages = ["espeak-ng", "python3"]

  private let program: EngineProgram
  private let texts: [String]
  private let voice: String
  private let sampleRateHertz: Int

  init(speaker: PseudoSpeaker, texts: [String]) throws(SynthesisError) {
    self.texts = texts
    voice = speaker.voice.name
    program = try EngineProgram(.espeak)
    let wordsPerMinute = Int((165 / speaker.durationStretch).rounded())
    let output = try program.run(
      "python3",
      ["-c", EspeakDriver.source, program.folder, voice, "\(wordsPerMinute)", "\(speaker.pitchSetting)"],
      input: texts.joined(separator: "\n") + "\n", voice: voice, packages: Self.packages)
    let lines = output.split(separator: "\n")
    guard lines.count > 1, let rate = Int(lines[1]), (8000...48_000).contains(rate) else {
      throw program.malformed(voice, String(output.prefix(80)))
    }
    sampleRateHertz = rate
  }

  /// The version that the library reports.
  ///
  /// - Throws: `engineMissing` also if only the library is missing.
  static func version() throws(SynthesisError) -> String {
    let program = try EngineProgram(.espeak)
    do throws(SynthesisError) {
      let output = try program.run("python3", ["-c", EspeakDriver.source], voice: "", packages: packages)
      return output.split(separator: "\n").first.map(String.init) ?? "unknown"
    } catch {
      guard case .engineFailed = error else { throw error }
      throw .engineMissing(.espeak, .library("libespeak-ng.so.1"), packages: packages)
    }
  }

  func speak(_ index: Int) throws(SynthesisError) -> SpokenUtterance {
    let text = texts[index]
    let samples = EngineFile.samples(try program.read("\(program.folder)/\(index).raw")[...])
    let events = String(decoding: try program.read("\(program.folder)/\(index).events"), as: UTF8.self)
    var words: [String] = []
    var phonemes: [(name: String, start: Int, word: Int)] = []
    for line in events.split(separator: "\n") {
      let cells = line.split(separator: " ")
      switch cells.first {
      case "w": words.append(Self.word(in: text, from: cells.count > 1 ? Int(cells[1]) ?? 1 : 1))
      case "p" where cells.count > 2:
        guard let start = Int(cells[1]), start >= 0 else {
          throw program.malformed(voice, String(line.prefix(80)))
        }
        phonemes.append((String(cells[2]), min(start, samples.count), words.count - 1))
      default: continue
      }
    }
    let segments = try segments(phonemes, sampleCount: samples.count, text: text)
    let repaired = EspeakRepair(samples: samples, sampleRateHertz: sampleRateHertz).repaired(segments)
    return SpokenUtterance(
      samples: samples, sampleRateHertz: sampleRateHertz, segments: repaired, words: words)
  }

  /// The word that begins at a character, counted from 1.
  private static func word(in text: String, from character: Int) -> String {
    let rest = text.utf8.dropFirst(max(0, character - 1)).drop { !isOfWord($0) }
    return String(decoding: rest.prefix(while: isOfWord), as: UTF8.self).lowercased()
  }

  private static func isOfWord(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "'")
  }

  private func segments(
    _ phonemes: [(name: String, start: Int, word: Int)], sampleCount: Int, text: String
  ) throws(SynthesisError) -> [SpokenSegment] {
    var segments: [SpokenSegment] = []
    func add(_ phone: String, from start: Int, to end: Int, word: Int) {
      guard end > start else { return }
      let isSilence = phone == SpokenSegment.silence
      segments.append(
        SpokenSegment(
          phone: phone, start: start, end: end, word: isSilence || word < 0 ? nil : word, isStressed: false))
    }
    if let first = phonemes.first { add(SpokenSegment.silence, from: 0, to: first.start, word: -1) }
    var position = phonemes.first?.start ?? 0
    for (index, phoneme) in phonemes.enumerated() {
      guard let phones = EspeakPhones.phones(of: phoneme.name) else {
        throw .unspeakable(text: text, .unknownPhone(phoneme.name))
      }
      // The duration of a mark belongs to the phone before it.
      let end = max(position, index + 1 < phonemes.count ? phonemes[index + 1].start : sampleCount)
      guard !phones.isEmpty else { continue }
      let length = end - position
      for (index, part) in phones.enumerated() {
        let stop = index + 1 == phones.count ? end : position + Int(Double(length) * part.share)
        add(part.phone, from: position, to: stop, word: phoneme.word)
        position = stop
      }
      position = end
    }
    return segments
  }
}

/// A correction of eSpeak NG's phoneme times: voiceless stops are reported at their release, and an l or r
/// after a vowel may have no duration.
struct EspeakRepair {
  /// Samples per millisecond.
  private let hop: Int
  /// The energy in dB of each millisecond.
  private let energies: [Double]

  init(samples: [Int16], sampleRateHertz: Int) {
    let hop = sampleRateHertz / 1000
    self.hop = hop
    energies = (0..<samples.count / hop).map { index in
      let energy = samples[index * hop..<(index + 1) * hop].reduce(0.0) { $0 + Double($1) * Double($1) }
      return 10 * log10(energy / Double(hop) + 1)
    }
  }

  func repaired(_ segments: [SpokenSegment]) -> [SpokenSegment] {
    var segments = segments
    for index in segments.indices.dropFirst() {
      let before = segments[index - 1]
      let milliseconds = (segments[index].end - segments[index].start) / hop
      if milliseconds < 4, PhoneGroups.vowels.contains(before.phone), before.end - before.start > 40 * hop {
        move(&segments, boundaryBefore: index, to: before.end - (before.end - before.start) * 2 / 5)
      }
      if ["p", "t", "k", "ch"].contains(segments[index].phone), !segments[index - 1].isSilence {
        let start = closureStart(before: segments[index].start, within: segments[index - 1])
        move(&segments, boundaryBefore: index, to: start)
      }
    }
    return segments.filter { $0.end > $0.start }
  }

  private func move(_ segments: inout [SpokenSegment], boundaryBefore index: Int, to sample: Int) {
    segments[index - 1].end = sample
    segments[index].start = sample
  }

  /// The start of the closure: at most 90 ms before the release, while it is 18 dB below the preceding
  /// segment's maximum.
  private func closureStart(before release: Int, within segment: SpokenSegment) -> Int {
    let first = segment.start / hop
    var start = min(release / hop, energies.count)
    let loudest = energies[min(first, start)..<start].max() ?? 0
    let limit = start - 90
    let earliest = first + 15
    guard start > earliest, energies[start - 1] < loudest - 18 else { return release }
    while start > earliest, start > limit, energies[start - 1] < loudest - 18 { start -= 1 }
    return start * hop
  }
}
