import CSndfile
import Corpus
import DataManifests
import Foundation
import TestSupport
import Testing

@testable import Synthesis

/// Speakers of a small corpus, and their utterances.
private struct Recordings {
  static let design = Result { try CorpusDesign(CorpusRecipe(preset: .tiny, speakers: 8, minutes: 0.5)) }

  /// The first speaker with each of Flite's voices.
  static func speakers() throws -> [PseudoSpeaker] {
    ["slt", "kal16", "awb", "rms"].compactMap { name in
      try? design.get().speakers.first { $0.speaker.voice.name == name }?.speaker
    }
  }

  static func render(
    _ text: String, as speaker: PseudoSpeaker, isClean: Bool = false
  ) throws -> RenderedUtterance {
    var random = KeyedRandom(seed: 1, key: text)
    return try Rendering(speaker: speaker, isClean: isClean).render(
      FliteEngine.speak(text, as: speaker), text: text, random: &random)
  }
}

@Suite struct SpeechTests {
  @Test(
    "phones cover the audio, and words end on phone boundaries",
    arguments: ["Both mothers hadn't noticed the younger boy's treasure.", "Yes, of course, we do."])
  func labels(text: String) throws {
    let phones = Set(try DataManifests.locate().phoneSet.phones)
    let speakers = try Recordings.speakers()
    #expect(speakers.count == 4)
    for speaker in speakers {
      let utterance = try Recordings.render(text, as: speaker)
      #expect(utterance.phones.first?.start == 0)
      #expect(utterance.phones.last?.end == utterance.samples.count)
      #expect(utterance.phones.first?.symbol == "h#" && utterance.phones.last?.symbol == "h#")
      #expect(utterance.phones.allSatisfy { $0.end > $0.start && phones.contains($0.symbol) })
      #expect(zip(utterance.phones, utterance.phones.dropFirst()).allSatisfy { $0.end == $1.start })
      let starts = Set(utterance.phones.map(\.start))
      let ends = Set(utterance.phones.map(\.end))
      #expect(utterance.words.allSatisfy { starts.contains($0.start) && ends.contains($0.end) })
      #expect(zip(utterance.words, utterance.words.dropFirst()).allSatisfy { $0.end <= $1.start })
      let words = text.lowercased().split { !($0.isLetter || $0 == "'") }.map(String.init)
      #expect(utterance.words.map(\.symbol) == words)
    }
  }

  /// The level of the phones of a class in dB relative to full scale, over all utterances.
  private func level(_ utterances: [RenderedUtterance], of symbols: Set<String>) -> Double {
    var (energy, count) = (0.0, 0)
    for utterance in utterances {
      for phone in utterance.phones where symbols.contains(phone.symbol) {
        for sample in utterance.samples[phone.start..<phone.end] { energy += Double(sample) * Double(sample) }
        count += phone.end - phone.start
      }
    }
    return 10 * log10(energy / Double(max(1, count)) / 32_768 / 32_768)
  }

  @Test("vowels are louder than fricatives, these than closures, these than silence")
  func levels() throws {
    let texts = ["She asked the teacher about six fishes.", "The boat carried thick packages past the gate."]
    let utterances = try Recordings.speakers().flatMap { speaker in
      try texts.map { try Recordings.render($0, as: speaker, isClean: true) }
    }
    let vowels = level(utterances, of: PhoneGroups.vowels)
    let fricatives = level(utterances, of: ["s", "sh", "f", "th"])
    let closures = level(utterances, of: ["pcl", "tcl", "kcl"])
    let silence = level(utterances, of: ["h#"])
    #expect(vowels > fricatives + 3 && fricatives > closures + 3 && closures > silence)
    #expect((-40 ... -8).contains(vowels))
    #expect(utterances.allSatisfy { $0.samples.allSatisfy { abs(Int($0)) <= 30_000 } }, "nothing clips")
  }

  @Test("a sentence has the same samples, whatever was spoken before")
  func independence() throws {
    let speakers = try Recordings.speakers()
    let text = "The weather changed again."
    let alone = try speakers.map { try FliteEngine.speak(text, as: $0) }
    for (speaker, first) in zip(speakers, alone) {
      // All voices draw from the process's `rand()`, so other voices disturb it if it is not seeded anew.
      for other in speakers { _ = try FliteEngine.speak("Something else was said before it.", as: other) }
      let isSame = try FliteEngine.speak(text, as: speaker) == first
      #expect(isSame, "\(speaker.voice.name)")
    }
  }

  @Test("several threads get the results of one")
  func threads() async throws {
    let speakers = try Recordings.speakers()
    let texts = (0..<8).map { "Thread \($0 % 2 == 0 ? "one" : "two") said this and no more." }
    let alone = try texts.enumerated().map { try FliteEngine.speak($1, as: speakers[$0 % 4]) }
    let together = try await withThrowingTaskGroup(of: (Int, SpokenUtterance).self) { group in
      for (index, text) in texts.enumerated() {
        group.addTask { (index, try FliteEngine.speak(text, as: speakers[index % 4])) }
      }
      return try await group.reduce(into: [Int: SpokenUtterance]()) { $0[$1.0] = $1.1 }
    }
    let others = texts.indices.filter { together[$0] != alone[$0] }
    #expect(others.isEmpty)
  }

  /// Kal16, which is 25 times as fast as the other voices, speaks all sentences of `small`.
  @Test("the sentences of preset small contain at least 55 of the 61 phones")
  func coverage() throws {
    let design = try CorpusDesign(CorpusRecipe(preset: .small))
    let kal16 = try #require(design.speakers.first { $0.speaker.voice.name == "kal16" }).speaker
    var phones: Set<String> = []
    for utterance in design.speakers.flatMap(\.utterances) where phones.count < 55 {
      let speech = try FliteEngine.speak(utterance.text, as: kal16)
      let segments = speech.segments
      let samples = speech.samples.map { Float($0) }
      phones.formUnion(PostlexicalRules(samples: samples).phones(of: segments).map(\.symbol))
    }
    let missing = try DataManifests.locate().phoneSet.phones.filter { !phones.contains($0) }
    #expect(phones.count >= 55, "missing: \(missing)")
  }

  @Test("libsndfile and our reader read the same samples")
  func readers() throws {
    let folder = try TemporaryFolder()
    let speaker = try #require(try Recordings.speakers().first)
    let utterance = try Recordings.render("They agreed about it.", as: speaker)
    let bytes = TimitFiles.audio(utterance.samples, speaker: speaker.name, utterance: "SX1")
    #expect(bytes.count == 1024 + 2 * utterance.samples.count)
    #expect(String(decoding: bytes[..<16], as: UTF8.self) == "NIST_1A\n   1024\n")
    let path = folder.appending("SX1.WAV").path
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let ours = try AudioFile(path: path)
    #expect(ours.warnings.isEmpty)
    #expect(ours.info.sampleRateHertz == 16_000 && ours.info.channels == 1)
    var read = [Int16](repeating: 0, count: ours.info.sampleCount)
    _ = try read.withUnsafeMutableBufferPointer { try ours.read(into: $0) }
    #expect(read == utterance.samples)
    var info = SF_INFO()
    let theirs = try #require(sf_open(path, Int32(SFM_READ), &info))
    defer { sf_close(theirs) }
    #expect(
      info.samplerate == 16_000 && info.channels == 1 && info.frames == sf_count_t(utterance.samples.count))
    #expect(info.format & Int32(SF_FORMAT_TYPEMASK) == Int32(SF_FORMAT_NIST))
    var decoded = [Int16](repeating: 0, count: utterance.samples.count)
    #expect(sf_readf_short(theirs, &decoded, info.frames) == info.frames)
    #expect(decoded == utterance.samples)
  }

  @Test("a sentence with an unknown phone, or without segments, is rejected")
  func unknownPhone() throws {
    let speaker = try #require(try Recordings.speakers().first)
    var spoken = try FliteEngine.speak("They agreed about it.", as: speaker)
    spoken.segments[2].phone = "xx"
    var random = KeyedRandom(seed: 1, key: "")
    #expect(throws: SynthesisError.self) {
      try Rendering(speaker: speaker, isClean: false).render(spoken, text: "", random: &random)
    }
    spoken.segments = []
    #expect(throws: SynthesisError.self) {
      try Rendering(speaker: speaker, isClean: false).render(spoken, text: "", random: &random)
    }
  }
}
