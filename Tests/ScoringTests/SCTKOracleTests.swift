import Foundation
import Scoring
import TestSupport
import Testing

/// Comparisons with Debian's `sctk`, if it is installed.
@Suite("SCTKOracle", .enabled(if: ProcessInfo.processInfo.environment["KALEIDO_ORACLES"] != nil))
struct SCTKOracleTests {
  private func run(_ program: String, _ arguments: [String], in folder: TemporaryFolder) throws -> ProgramRun
  {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return try ProgramRun.kaleido(
      [program] + arguments, program: URL(fileURLWithPath: "/usr/bin/env"), in: folder.url,
      environment: ["PATH": path + ":/usr/lib/sctk/bin"])
  }

  @Test("other random sets have the scores of sclite and sc_stats")
  func scores() throws {
    let folder = try TemporaryFolder()
    let script = Bundle.module.bundleURL.appendingPathComponent("Golden/make_golden.py").path
    let made = try run("python3", [script, "sets.json"] + (101...125).map(String.init), in: folder)
    try #require(made.status == 0, "\(made.errors)")
    let data = try Data(contentsOf: folder.appending("sets.json"))
    for set in try JSONDecoder().decode(SCTKGolden.self, from: data).sets {
      for (system, strict, forgiving) in [
        (\SCTKGolden.Line.A, \SCTKGolden.Line.strictA, \SCTKGolden.Line.forgivingA),
        (\SCTKGolden.Line.B, \SCTKGolden.Line.strictB, \SCTKGolden.Line.forgivingB),
      ] {
        #expect(
          try set.scored(system, .strict).map(\.alignment.letters)
            == set.utterances.map { $0[keyPath: strict] })
        #expect(
          try set.scored(system, .forgiving).map(\.alignment.letters)
            == set.utterances.map { $0[keyPath: forgiving] })
      }
      try expectAgreement(with: set)
    }
  }

  @Test("sclite reads the TRN, STM and CTM files that are written")
  func files() throws {
    let folder = try TemporaryFolder()
    let words = "sil a b sil c".split(separator: " ").map(String.init)
    let trn = TRN(utterances: [
      .init(utterance: "spk1_u1", words: words.map { TranscriptWord($0, isOptional: $0 == "sil") }),
      .init(utterance: "spk2_u1", words: words.map { TranscriptWord($0) }),
    ])
    let stm = STM(segments: [
      .init(
        file: "f", channel: "1", speaker: "spk1", beginSeconds: 0, endSeconds: 2, labels: ["o"],
        words: words.map { TranscriptWord($0) })
    ])
    let ctm = CTM(
      words: ["sil", "a", "x", "c"].enumerated().map { index, word in
        .init(
          file: "f", channel: "1", startSeconds: 0.25 * Double(index), durationSeconds: 0.2, text: word,
          confidence: 0.5)
      })
    let hypothesis = TRN(
      utterances: trn.utterances.map {
        .init(
          utterance: $0.utterance, words: [TranscriptWord("a"), TranscriptWord("b"), TranscriptWord("c")])
      })
    for (name, text) in [
      ("ref.trn", try trn.text()), ("hyp.trn", try hypothesis.text()), ("ref.stm", try stm.text()),
      ("hyp.ctm", try ctm.text()),
    ] {
      try Data(text.utf8).write(to: folder.appending(name))
    }
    let byText = try run(
      "sclite",
      ["-D", "-s", "-i", "spu_id", "-r", "ref.trn", "trn", "-h", "hyp.trn", "trn", "-o", "rsum", "stdout"],
      in: folder)
    // Sentences and words, then correct, substituted, deleted, inserted, errors and sentences with errors.
    #expect(numbers("spk1", byText.output) == [1, 5, 5, 0, 0, 0, 0, 0])
    #expect(numbers("spk2", byText.output) == [1, 5, 3, 0, 2, 0, 2, 1])
    let byTime = try run(
      "sclite", ["-s", "-r", "ref.stm", "stm", "-h", "hyp.ctm", "ctm", "-o", "rsum", "stdout"], in: folder)
    // The reference is sil a b sil c: x for b, and one deletion.
    #expect(numbers("spk1", byTime.output).prefix(7) == [1, 5, 3, 1, 1, 0, 2])
  }

  private func numbers(_ speaker: String, _ table: String) -> [Int] {
    let line = table.split(separator: "\n").first { $0.contains(speaker) } ?? ""
    return line.split { $0 == " " || $0 == "|" }.dropFirst().compactMap { Int($0) }
  }
}
