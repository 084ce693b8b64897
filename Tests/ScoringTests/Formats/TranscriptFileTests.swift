import Foundations
import Scoring
import TestSupport
import Testing

@Suite("TranscriptFile")
struct TranscriptFileTests {
  private func refusal(_ body: () throws(ScoringError) -> Void) -> ScoringError? {
    do throws(ScoringError) {
      try body()
      return nil
    } catch { return error }
  }

  private func trnProblem(_ text: String) -> LineProblem? {
    if case .malformedLine(.trn, _, let problem)? = refusal({ () throws(ScoringError) in
      _ = try TRN(parsing: text)
    }) {
      return problem
    }
    return nil
  }

  private func ctmProblem(_ text: String) -> LineProblem? {
    if case .malformedLine(.ctm, _, let problem)? = refusal({ () throws(ScoringError) in
      _ = try CTM(parsing: text)
    }) {
      return problem
    }
    return nil
  }

  private func stmProblem(_ text: String) -> LineProblem? {
    if case .malformedLine(.stm, _, let problem)? = refusal({ () throws(ScoringError) in
      _ = try STM(parsing: text)
    }) {
      return problem
    }
    return nil
  }

  @Test("a TRN line has words and an utterance")
  func trn() throws {
    let trn = try TRN(parsing: ";; a comment\r\nsil a\t b (sil) (FAKS0_SI943)\r\n\n  (FAKS0_SX3)")
    #expect(trn.utterances.map(\.utterance) == ["FAKS0_SI943", "FAKS0_SX3"])
    #expect(
      trn.utterances[0].words
        == [
          TranscriptWord("sil"), TranscriptWord("a"), TranscriptWord("b"),
          TranscriptWord("sil", isOptional: true),
        ])
    #expect(trn.utterances[1].words.isEmpty && trn.utterances[0].speaker == "FAKS0")
    #expect(TRN.Utterance(utterance: "x", words: []).speaker == nil)
    #expect(try TRN(parsing: trn.text()) == trn)
    #expect(try trn.text() == "sil a b (sil) (FAKS0_SI943)\n(FAKS0_SX3)\n")
    #expect(try TRN(parsing: "").utterances.isEmpty && TRN(utterances: []).text().isEmpty)
  }

  @Test("invalid TRN is refused with its line and the reason")
  func invalidTRN() {
    #expect(
      refusal { () throws(ScoringError) in _ = try TRN(parsing: "a (u_1)\nb c\n") }
        == .malformedLine(format: .trn, line: 2, problem: .missing(.utterance)))
    #expect(trnProblem("a ()") == .missing(.utterance))
    #expect(trnProblem("a (u(1)") == .missing(.utterance))
    #expect(trnProblem("a b(c (u_1)") == .invalid(.word, found: "b(c"))
    #expect(trnProblem("a (u_1)\n\nb (u_1)") == .duplicate(utterance: "u_1", firstLine: 1))
    #expect(trnProblem("{ a / b } (u_1)") == .alternation)
    #expect(trnProblem("@ (u_1)") == .alternation)
    #expect(trnProblem("a\u{0}b (u_1)") == .controlCharacter)
    #expect(
      refusal { () throws(ScoringError) in _ = try TRN(bytes: [0x61, 0xFF]) } == .notUTF8(format: .trn))
  }

  @Test(
    "TRN refuses to write words that would be read differently",
    arguments: ["", "a b", "(a)", "@", "{a", ";;", "<a>", "a\n"])
  func unwritableTRN(word: String) {
    let trn = TRN(utterances: [.init(utterance: "u", words: [TranscriptWord(word)])])
    #expect(throws: ScoringError.unwritable(format: .trn, field: .word, found: word)) { try trn.text() }
  }

  @Test("TRN refuses to write an utterance twice or without a name")
  func unwritableUtterances() {
    let line = TRN.Utterance(utterance: "u", words: [])
    #expect(throws: ScoringError.duplicateUtterance(utterance: "u")) {
      try TRN(utterances: [line, line]).text()
    }
    #expect(throws: ScoringError.unwritable(format: .trn, field: .utterance, found: "")) {
      try TRN(utterances: [.init(utterance: "", words: [])]).text()
    }
  }

  @Test("a CTM line is a timed word")
  func ctm() throws {
    let ctm = try CTM(parsing: ";; c\nf1 1 0.00 .25 sil 0.9\nf1 1 0.25 0.1 a\nf2 A 0.1 0 b 1\n")
    #expect(ctm.words.map(\.text) == ["sil", "a", "b"] && ctm.words.map(\.confidence) == [0.9, nil, 1])
    #expect(ctm.words[0].durationSeconds == 0.25 && ctm.words[2].channel == "A")
    #expect(try CTM(parsing: ctm.text()) == ctm)
    #expect(
      try ctm.text(decimals: 2)
        == "f1 1 0.00 0.25 sil 0.900000\nf1 1 0.25 0.10 a\nf2 A 0.10 0.00 b 1.000000\n")
    let long = CTM.Word(
      file: "f", channel: "1", startSeconds: 12_345.678_95, durationSeconds: 0.995, text: "a")
    #expect(try CTM(words: [long]).text(decimals: 0) == "f 1 12346 1 a\n")
    #expect(try CTM(words: [long]).text() == "f 1 12345.6790 0.9950 a\n")
  }

  @Test("invalid CTM is refused with the reason")
  func invalidCTM() {
    #expect(ctmProblem("f 1 0 0.1") == .missing(.word))
    #expect(ctmProblem("f") == .missing(.channel))
    #expect(ctmProblem("f 1 x 0.1 a") == .invalid(.start, found: "x"))
    for number in ["-1", "1e5", "nan", "inf", "0x1", "1.2.3", ".", "+1", "1,5", "99999999999"] {
      #expect(ctmProblem("f 1 0 \(number) a") == .invalid(.duration, found: number))
    }
    #expect(ctmProblem("f 1 0 1 a 1.5") == .invalid(.confidence, found: "1.5"))
    #expect(ctmProblem("f 1 0 1 a 1 x") == .trailing(found: "x"))
    #expect(ctmProblem("f 1 0 1 a\nf 2 0 1 a\nf 1 1 1 b\ng 1 0 1 c\nf 1 0.5 1 b") == .unordered(.start))
    #expect(ctmProblem("f 1 0 1 <ALT_BEGIN>") == .alternation)
  }

  @Test("CTM refuses to write what would be read differently")
  func unwritableCTM() {
    func refused(_ word: CTM.Word) -> TranscriptField? {
      if case .unwritable(.ctm, let field, _)? = refusal({ () throws(ScoringError) in
        _ = try CTM(words: [word]).text()
      }) {
        return field
      }
      return nil
    }
    let good = CTM.Word(file: "f", channel: "1", startSeconds: 0, durationSeconds: 1, text: "a")
    #expect(refused(good) == nil)
    func changed(_ change: (inout CTM.Word) -> Void) -> CTM.Word {
      var word = good
      change(&word)
      return word
    }
    #expect(refused(changed { $0.file = ";;f" }) == .file)
    #expect(refused(changed { $0.channel = "" }) == .channel)
    #expect(refused(changed { $0.startSeconds = .nan }) == .start)
    #expect(refused(changed { $0.durationSeconds = -1 }) == .duration)
    #expect(refused(changed { $0.durationSeconds = 1e300 }) == .duration)
    #expect(refused(changed { $0.text = "a b" }) == .word)
    #expect(refused(changed { $0.confidence = 2 }) == .confidence)
    let later = changed { $0.startSeconds = 2 }
    #expect(throws: ScoringError.unwritable(format: .ctm, field: .start, found: "0.0000")) {
      try CTM(words: [later, good]).text()
    }
  }

  @Test("an STM line is a timed segment")
  func stm() throws {
    let stm = try STM(parsing: "f1 1 spk 0 1.5 <o,f0> sil (sil) a\nf1 1 spk 1.5 2 b c\nf1 1 spk 2 2\n")
    #expect(
      stm.segments.map(\.labels) == [["o", "f0"], [], []] && stm.segments.map(\.words.count) == [3, 2, 0])
    #expect(stm.segments[0].words[1].isOptional && stm.segments[0].endSeconds == 1.5)
    #expect(try STM(parsing: stm.text()) == stm)
    #expect(try stm.text(decimals: 1).hasPrefix("f1 1 spk 0.0 1.5 <o,f0> sil (sil) a\n"))
  }

  @Test("invalid STM is refused with the reason, and not written")
  func invalidSTM() {
    #expect(stmProblem("f 1 s 0") == .missing(.end))
    #expect(stmProblem("f 1 s 2 1 a") == .invalid(.end, found: "1"))
    #expect(stmProblem("f 1 s -1 1 a") == .invalid(.start, found: "-1"))
    #expect(stmProblem("f 1 s 0 1 <a,,b> a") == .invalid(.label, found: "a,,b"))
    #expect(stmProblem("f 1 s 0 1 a { b / c }") == .alternation)
    #expect(stmProblem("f 1 s 0 1 a (b") == .invalid(.word, found: "(b"))
    #expect(stmProblem("f 1 s 2 3 a\nf 1 s 1 2 a") == .unordered(.start))
    let segment = STM.Segment(
      file: "f", channel: "1", speaker: "s", beginSeconds: 1, endSeconds: 0, words: [TranscriptWord("a")])
    #expect(throws: ScoringError.unwritable(format: .stm, field: .end, found: "0.0")) {
      try STM(segments: [segment]).text()
    }
  }

  @Test(
    "no bytes crash a reader, and what is read is written back the same", arguments: [UInt64(1), 2, 3, 4])
  func fuzz(
    seed: UInt64
  ) throws {
    var generator = SplitMix64(seed: seed)
    let alphabet = Array("ab(){}<>@;_-.,0123456789 \t\n\r/".utf8) + [0, 0xC3, 0xA9, 0xFF]
    var readable = 0
    for _ in 0..<3_000 {
      let bytes = (0..<Int.random(in: 0...24, using: &generator)).map { _ in
        alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
      }
      if let trn = try? TRN(bytes: bytes) {
        #expect(try TRN(parsing: trn.text()) == trn)
        readable += 1
      }
      if let ctm = try? CTM(bytes: bytes) {
        #expect(try CTM(parsing: ctm.text(decimals: 9)).words.count == ctm.words.count)
      }
      if let stm = try? STM(bytes: bytes) {
        #expect(try STM(parsing: stm.text(decimals: 9)).segments.count == stm.segments.count)
      }
    }
    #expect(readable > 0)
  }
}
