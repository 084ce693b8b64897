import Corpus
import DataManifests
import Testing

@Suite("PhoneTrack")
struct PhoneTrackTests {
  let phones: PhoneSet

  init() throws { phones = try testData.get().phoneSet }

  enum Wanted: Equatable, Sendable {
    case track([String], warnings: [FindingCode])
    case rejected(FindingCode, line: Int?)
  }

  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var text: [UInt8]
    var wanted: Wanted

    init(_ description: String, _ text: String, _ wanted: Wanted) {
      self.init(description, Array(text.utf8), wanted)
    }

    init(_ description: String, _ text: [UInt8], _ wanted: Wanted) {
      testDescription = description
      self.text = text
      self.wanted = wanted
    }
  }

  /// For audio of 16000 samples; an end at most 160 past it is clipped.
  static let cases: [Case] = [
    Case(
      "as TIMIT writes them", "0 9000 h#\n9000 16000 iy\n",
      .track(["0-9000 h#", "9000-16000 iy"], warnings: [])),
    Case(
      "no line end at the end", "0 9000 h#\n9000 16000 iy",
      .track(["0-9000 h#", "9000-16000 iy"], warnings: [])),
    Case(
      "CRLF, tabs, blank lines", "0\t9000 h# \r\n\r\n 9000 16000  iy\r\n",
      .track(["0-9000 h#", "9000-16000 iy"], warnings: [])),
    Case(
      "last label short of the audio", "0 9000 h#\n9000 13198 iy\n",
      .track(["0-9000 h#", "9000-13198 iy"], warnings: [])),
    Case(
      "first start other than 0", "2000 9000 h#\n9000 16000 iy\n",
      .track(["2000-9000 h#", "9000-16000 iy"], warnings: [])),
    Case(
      "ends 80 samples past the audio", "0 9000 h#\n9000 16080 iy\n",
      .track(["0-9000 h#", "9000-16000 iy"], warnings: [.labelClipped])),
    Case(
      "ends one frame shift past the audio", "0 16160 iy\n", .track(["0-16000 iy"], warnings: [.labelClipped])
    ),
    Case("ends more than a frame shift past the audio", "0 16161 iy\n", .rejected(.labelRange, line: 1)),
    Case(
      "is past the audio by less than a frame shift", "0 16000 iy\n16000 16100 h#\n",
      .track(["0-16000 iy"], warnings: [.labelClipped])),
    Case("ends at 99999", "0 9000 h#\n9000 99999 iy\n", .rejected(.labelRange, line: 2)),
    Case("overlap", "0 9000 h#\n8000 16000 iy\n", .rejected(.labelOverlap, line: 2)),
    Case("negative start", "-5 9000 h#\n9000 16000 iy\n", .rejected(.labelRange, line: 1)),
    Case("end before start", "0 9000 h#\n12000 9000 iy\n", .rejected(.labelRange, line: 2)),
    Case(
      "zero-length label", "0 9000 h#\n9000 9000 iy\n9000 16000 h#\n",
      .track(["0-9000 h#", "9000-16000 h#"], warnings: [.labelEmpty])),
    Case(
      "a symbol outside the set has no label", "0 9000 h#\n9000 16000 zz\n",
      .track(["0-9000 h#"], warnings: [.unknownPhone])),
    Case("symbols outside the set only", "0 9000 zz\n9000 16000 yy\n", .rejected(.unknownPhone, line: 1)),
    Case(
      "the class of silence for silence, as this program writes it", "0 280 sil\n280 16000 iy\n",
      .track(["0-280 h#", "280-16000 iy"], warnings: [])),
    Case(
      "samples at half the rate", "0 4000 h#\n4000 8000 iy\n",
      .track(["0-4000 h#", "4000-8000 iy"], warnings: [.labelEnd])),
    Case(
      "milliseconds", "0 500 h#\n500 1000 iy\n", .track(["0-500 h#", "500-1000 iy"], warnings: [.labelEnd])),
    Case("hundreds of nanoseconds", "0 10000000 h#\n", .rejected(.labelRange, line: 1)),
    Case("seconds", "0.0000 0.5625 h#\n0.5625 1.0000 iy\n", .rejected(.labelUnit, line: 1)),
    Case(
      "UTF-16 with a mark",
      [0xFF, 0xFE] + "0 9000 h#\n".utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] },
      .track(["0-9000 h#"], warnings: [.encoding, .labelEnd])),
    Case(
      "big-endian UTF-16 without one", "0 16000 iy\n".utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] },
      .track(["0-16000 iy"], warnings: [.encoding])),
    Case("half a unit of UTF-16", [0xFF, 0xFE, 0x30], .rejected(.encoding, line: nil)),
    Case("a symbol of two words", "0 16000 iy iy\n", .rejected(.unknownPhone, line: 1)),
    Case("words for numbers", "0 9000 h#\nnine thousand iy\n", .rejected(.labelSyntax, line: 2)),
    Case("a number with a point", "0.0 9000 h#\n", .rejected(.labelUnit, line: 1)),
    Case("two columns", "0 9000\n", .rejected(.labelSyntax, line: 1)),
    Case("one column", "0\n", .rejected(.labelSyntax, line: 1)),
    Case("a lone minus", "- 5 h#\n", .rejected(.labelSyntax, line: 1)),
    Case(
      "a Latin-1 byte", Array("0 9000 h#\n9000 16000 ".utf8) + [0xE9, 0x0A], .rejected(.encoding, line: 2)),
    Case("a byte order mark", "\u{FEFF}0 16000 iy\n", .track(["0-16000 iy"], warnings: [.bom])),
    Case(
      "upper-case phones", "0 9000 H#\n9000 16000 IY\n",
      .track(["0-9000 h#", "9000-16000 iy"], warnings: [.letterCase])),
    Case("empty file", "", .rejected(.labelEmpty, line: nil)),
    Case("blank lines only", "\n \r\n\n", .rejected(.labelEmpty, line: nil)),
    Case("zero-length labels only", "0 0 h#\n", .rejected(.labelEmpty, line: nil)),
    Case(
      "a gap", "0 6000 h#\n9000 16000 iy\n", .track(["0-6000 h#", "9000-16000 iy"], warnings: [.labelGap])),
    Case("a number past Int64", "0 99999999999999999999999 h#\n", .rejected(.labelRange, line: 1)),
    Case("Int64.max", "0 9223372036854775807 h#\n", .rejected(.labelRange, line: 1)),
    Case("a NUL byte", [0x30, 0x20, 0x39, 0x20, 0x00, 0x0A], .rejected(.unknownPhone, line: 1)),
    Case(
      "NUL bytes behind a phone", "0 9000 h#\n9000 16000 iy\0\0\n",
      .track(["0-9000 h#"], warnings: [.unknownPhone])),
    Case("a NUL byte behind an upper-case phone", "0 16000 IY\0\n", .rejected(.unknownPhone, line: 1)),
  ]

  @Test("a label file is parsed, or refused with code and line", arguments: cases)
  func parse(_ labels: Case) throws {
    let context = LabelContext(path: "A.PHN", utterance: "S_A", sampleCount: 16_000, clippingSamples: 160)
    var outcome: Wanted
    do {
      let parsed = try labels.text.withUnsafeBytes {
        try PhoneTrack.parse($0, phones: phones, context: context)
      }
      let symbols = phones.phones
      outcome = .track(
        parsed.track.intervals.map { "\($0.start)-\($0.end) \(symbols[Int($0.phone)])" },
        warnings: parsed.warnings.map(\.code))
    } catch let error as CorpusError {
      guard case .rejected(let finding) = error else { throw error }
      #expect(finding.path == "A.PHN" && finding.utterance == "S_A" && finding.severity == .reject)
      outcome = .rejected(finding.code, line: finding.line)
    }
    #expect(outcome == labels.wanted)
  }

  @Test(
    "bare numbers are read in the unit that is given",
    arguments: [
      (LabelUnit.seconds, "0 0.5625 h#\n0.5625 1 iy\n"), (.milliseconds, "0 562.5 h#\n562.5 1000 iy\n"),
      (.frames, "0 56.25 h#\n56.25 100 iy\n"), (.hundredNanoseconds, "0 5625000 h#\n5625000 10000000 iy\n"),
      (.seconds, "-0e3 5.625e-1 h#\n0.56250000000000000001 1.0000000000000000000000 iy\n"),
    ])
  func units(_ unit: LabelUnit, _ text: String) throws {
    let context = LabelContext(path: "", sampleCount: 16_000, options: LabelOptions(unit: unit))
    let parsed = try Array(text.utf8).withUnsafeBytes {
      try PhoneTrack.parse($0, phones: phones, context: context)
    }
    #expect(parsed.warnings.isEmpty)
    #expect(parsed.track.intervals.map(\.start) == [0, 9000])
    #expect(parsed.track.intervals.map(\.end) == [9000, 16_000])
  }

  @Test("the unit that would fit the audio is in the finding")
  func fittingUnit() throws {
    for (text, unit) in [
      ("0 1000 iy\n", "milliseconds"), ("0 100 iy\n", "frames"), ("0 8000 iy\n", "half the rate"),
    ] {
      let parsed = try Array(text.utf8).withUnsafeBytes {
        try PhoneTrack.parse($0, phones: phones, context: LabelContext(path: "", sampleCount: 16_000))
      }
      #expect(parsed.warnings.first?.found?.contains(unit) == true)
    }
  }

  @Test("frames of a symbol outside the set have no label, also at the end")
  func unlabeled() throws {
    let parsed = try Array("0 6000 h#\n6000 9000 zz\n9000 12000 iy\n12000 16000 zz\n".utf8).withUnsafeBytes {
      try PhoneTrack.parse($0, phones: phones, context: LabelContext(path: "", sampleCount: 16_000))
    }
    #expect(parsed.warnings.map { "\($0.field ?? "") \($0.found ?? "")" } == ["zz 2 labels"])
    let labels = FrameLabels(
      parsed.track, folding: phones.identity, frameLength: 400, frameShift: 3000)
    let (silence, vowel) = (Int32(try #require(phones.silence)), Int32(try #require(phones.phone("iy"))))
    #expect(labels.labels(count: 6) == [silence, silence, -1, vowel, -1, -1])
  }

  @Test("a symbol outside the set excludes the utterance on request")
  func rejectedSymbol() throws {
    let context = LabelContext(path: "", sampleCount: 16_000, options: LabelOptions(unknownPhone: .reject))
    #expect(throws: CorpusError.self) {
      try Array("0 6000 h#\n6000 16000 zz\n".utf8).withUnsafeBytes {
        try PhoneTrack.parse($0, phones: phones, context: context)
      }
    }
  }

  @Test("a single label of ten hours is accepted")
  func tenHours() throws {
    let count = 10 * 3600 * 16_000
    let text = Array("0 \(count) h#\n".utf8)
    let parsed = try text.withUnsafeBytes {
      try PhoneTrack.parse($0, phones: phones, context: LabelContext(path: "", sampleCount: count))
    }
    #expect(parsed.warnings.isEmpty)
    #expect(parsed.track.intervals == [.init(start: 0, end: count, phone: 27)])
  }
}

@Suite("WordTrack")
struct WordTrackTests {
  static let context = LabelContext(path: "A.WRD", sampleCount: 60_000)

  @Test("the words of FCJF0 SA1, which overlap and have gaps, are accepted")
  func overlaps() {
    let text = "3050 5723 she\n5723 10337 had\n9190 11517 your\n30000 33360 wash\n33754 37556 water\n"
    let parsed = Array(text.utf8).withUnsafeBytes { WordTrack.parse($0, context: Self.context) }
    #expect(parsed.warnings.isEmpty)
    #expect(parsed.track?.intervals.map(\.word) == ["she", "had", "your", "wash", "water"])
    let your = parsed.track?.intervals[2]
    #expect(your?.start == 9190 && your?.end == 11_517)
  }

  @Test(
    "a faulty file gives no words and a warning",
    arguments: [
      ("one two three\n", FindingCode.labelSyntax), ("0 1\n", .labelSyntax), ("-1 5 she\n", .labelRange),
      ("9 5 she\n", .labelRange), ("70000 70001 she\n", .labelRange),
      ("0 99999999999999999999 she\n", .labelRange),
    ])
  func unreadable(_ text: String, _ code: FindingCode) {
    let parsed = Array(text.utf8).withUnsafeBytes { WordTrack.parse($0, context: Self.context) }
    #expect(parsed.track == nil)
    #expect(parsed.warnings.map(\.code) == [code])
    #expect(parsed.warnings.allSatisfy { $0.severity == .warning && $0.line == 1 })
  }

  @Test("words in Latin-1 give no words and a warning")
  func latin1() {
    let bytes = Array("0 5 ".utf8) + [0xE9, 0x0A]
    let parsed = bytes.withUnsafeBytes { WordTrack.parse($0, context: Self.context) }
    #expect(parsed.track == nil && parsed.warnings.map(\.code) == [.encoding])
  }

  @Test(
    "a sentence follows the two numbers, or is the whole text",
    arguments: [
      ("0 46797 She had your dark suit.\n", "She had your dark suit."), ("She had.\r\n", "She had."),
      ("0 46797\n", nil), ("", nil), ("\u{FEFF}0 1 She\n", "She"), ("2 many cooks", "2 many cooks"),
    ] as [(String, String?)])
  func sentence(_ text: String, _ wanted: String?) {
    let parsed = Array(text.utf8).withUnsafeBytes { Transcript.parse($0, context: Self.context) }
    #expect(parsed.sentence == wanted)
  }

  @Test("a sentence in Latin-1 is omitted with a warning")
  func latin1Sentence() {
    let bytes: [UInt8] = [0x30, 0x20, 0x31, 0x20, 0xE9]
    let result = bytes.withUnsafeBytes { Transcript.parse($0, context: Self.context) }
    #expect(result.sentence == nil && result.warnings.map(\.code) == [.encoding])
  }
}
