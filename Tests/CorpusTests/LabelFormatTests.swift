import Corpus
import DataManifests
import Foundation
import Testing

@Suite("LabelFormats")
struct LabelFormatTests {
  let phones: PhoneSet

  init() throws { phones = try testData.get().phoneSet }

  /// The labels of a file for one second of audio at 16 kHz: start, end and symbol of each.
  func parse(
    _ text: [UInt8], as path: String, tier: String? = nil, names: [String] = []
  ) throws(CorpusError) -> (labels: [String], warnings: [FindingCode]) {
    let context = LabelContext(
      path: path, sampleCount: 16_000, names: names, options: LabelOptions(tier: tier))
    let result: Result<(track: PhoneTrack, warnings: [Finding]), CorpusError> = text.withUnsafeBytes {
      bytes in
      do throws(CorpusError) {
        return .success(try PhoneTrack.parse(bytes, phones: phones, context: context))
      } catch {
        return .failure(error)
      }
    }
    let parsed = try result.get()
    let symbols = phones.phones
    return (
      parsed.track.intervals.map { "\($0.start)-\($0.end) \(symbols[Int($0.phone)])" },
      parsed.warnings.map(\.code)
    )
  }

  static let wanted = ["0-4000 h#", "4000-6000 sh", "6000-8000 iy", "8000-16000 h#"]

  static func textGrid(_ tiers: [(name: String, entries: [(String, String, String)])]) -> String {
    var text =
      "File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\nxmin = 0\nxmax = 1\ntiers? <exists>\n"
    text += "size = \(tiers.count)\nitem []:\n"
    for (index, tier) in tiers.enumerated() {
      text +=
        "  item [\(index + 1)]:\n    class = \"IntervalTier\"\n    name = \"\(tier.name)\"\n    xmin = 0\n"
      text += "    xmax = 1\n    intervals: size = \(tier.entries.count)\n"
      for (number, entry) in tier.entries.enumerated() {
        text += "    intervals [\(number + 1)]:\n      xmin = \(entry.0)\n      xmax = \(entry.1)\n"
        text += "      text = \"\(entry.2)\"\n"
      }
    }
    return text
  }

  static let phoneEntries = [
    ("0", "0.25", "sil"), ("0.25", "0.375", "sh"), ("0.375", "0.5", "iy"), ("0.5", "1", ""),
  ]

  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var path: String
    var text: String
    init(_ description: String, _ path: String, _ text: String) {
      (testDescription, self.path, self.text) = (description, path, text)
    }
  }

  static let cases: [Case] = [
    Case("a TextGrid with one tier of any name", "A.TextGrid", textGrid([("mine", phoneEntries)])),
    Case(
      "a TextGrid with words before phones", "A.textgrid",
      textGrid([("words", [("0", "1", "sheet")]), ("phones", phoneEntries)])),
    Case(
      "the aligner's TextGrid with a speaker in the name", "A.TEXTGRID",
      textGrid([("S1 - words", [("0", "1", "sheet")]), ("S1 - phones", phoneEntries)])),
    Case(
      "what was heard of L2-ARCTIC's marks", "A.TextGrid",
      textGrid([
        (
          "phones",
          [
            ("0", "0.25", "sil"), ("0.25", "0.375", "s,sh,s"), ("0.375", "0.5", "ih, iy*,s"),
            ("0.5", "1", "er,sil,d"),
          ]
        )
      ])),
    Case(
      "CTM beside its audio", "A.ctm",
      ";; by hand\nA 1 0.00 0.25 sil 0.9\nA 1 0.25 0.125 sh\nA 1 0.375 0.125 iy\n\nA 1 0.5 0.5 sil\n"),
    Case(
      "CTM whose starts and durations were rounded one by one", "A.ctm",
      "A 1 0.000 0.250 sil\nA 1 0.250 0.126 sh\nA 1 0.375 0.124 iy\nA 1 0.5 0.5 sil\n"),
    Case(
      "HTK's .lab", "A.lab",
      "0 2500000 sil\n2500000 3750000 sh -12.5\n3750000 5000000 iy\n5000000 10000000 sil\n"),
    Case(
      "a master label file", "A.mlf",
      "#!MLF!#\n\"*/B.lab\"\n0 10000000 aa\n.\n\"*/a.lab\"\n"
        + "0 2500000 sil\n2500000 3750000 sh\n3750000 5000000 iy\n"
        + "5000000 10000000 sil\n.\n"),
    Case("ESPS's .lab", "A.lab", "nfields 1\n#\n  0.25 125 sil\n 0.375 125 sh ;\n0.5 125 iy\n1.0 125 sil\n"),
    Case(
      "Buckeye's .phones", "A.phones",
      "header line\nsignal A\n#\n   0.250000  122 sil; noise\n"
        + "   0.375000  121 sh\n   0.500000  121 iy; iy; N\n   1.0 122 sil\n"
    ),
    Case(
      "Praat's Down to Table", "A.Table",
      "tmin\ttier\ttext\ttmax\n0\twords\tsheet\t1\n"
        + "0\tphones\tsil\t0.25\n0.25\tphones\tsh\t0.375\n0.375\tphones\tiy\t0.5\n"
        + "0.5\tphones\tsil\t1\n"),
    Case(
      "the aligner's CSV", "A.csv",
      "Begin,End,Label,Type,Speaker\n0,1,\"she, et\",words,s\n0,0.25,sil,phones,s\n0.25,0.375,sh,phones,s\n"
        + "0.375,0.5,iy,phones,s\n0.5,1.0,sil,phones,s\r\n"),
    Case(
      "Audacity's label track", "A.audacity",
      "0.000000\t0.250000\tsil\n\\\t100\t200\n0.250000\t0.375000\tsh\n0.375000\t0.5\tiy\n0.5\t1.0\tsil\n"),
  ]

  @Test("every format gives the same labels", arguments: cases)
  func formats(_ file: Case) throws {
    let parsed = try parse(Array(file.text.utf8), as: file.path, names: ["A"])
    #expect(parsed.labels == Self.wanted)
    #expect(parsed.warnings.filter { $0 != .letterCase }.isEmpty)
  }

  @Test("TextGrids of praatio are read, long, short and in UTF-16", arguments: ["long", "short", "utf16"])
  func praatio(_ name: String) throws {
    let path = try #require(
      Bundle.module.path(forResource: name, ofType: "TextGrid", inDirectory: "Golden/Labels"))
    let text = try [UInt8](Data(contentsOf: URL(filePath: path)))
    let parsed = try parse(text, as: path)
    // Stress is not in TIMIT's set, so IY1 and AE0 have no label.
    #expect(parsed.labels == ["0-4000 h#", "4000-6000 sh", "8000-10000 hh", "13000-16000 h#"])
    #expect(parsed.warnings == [.letterCase, .unknownPhone, .unknownPhone])
    #expect(throws: CorpusError.self) { try parse(text, as: path, tier: "tones") }
    #expect(try parse(text, as: path, tier: "Words").warnings == [.unknownPhone, .unknownPhone])
  }

  @Test("the tier of phones must be named where it cannot be recognized")
  func tiers() throws {
    let text = Array(Self.textGrid([("a", Self.phoneEntries), ("b", [("0", "1", "zz")])]).utf8)
    let error = #expect(throws: CorpusError.self) { try parse(text, as: "A.TextGrid") }
    #expect(error?.finding?.code == .labelTier && error?.finding?.found == "a, b")
    #expect(try parse(text, as: "A.TextGrid", tier: "A").labels == Self.wanted)
  }

  @Test(
    "a file of several utterances without this one is refused",
    arguments: [
      ("A.ctm", "X 1 0 1 iy\nY 1 0 1 iy\n"), ("A.mlf", "#!MLF!#\n\"*/B.lab\"\n0 10000000 aa\n.\n"),
    ])
  func missing(_ path: String, _ text: String) throws {
    let error = #expect(throws: CorpusError.self) { try parse(Array(text.utf8), as: path, names: ["A"]) }
    #expect(error?.finding?.code == .labelMissing && error?.finding?.severity == .reject)
  }

  @Test(
    "a faulty file is refused with its line",
    arguments: [
      ("A.TextGrid", "File type = \"ooTextFile\"\nObject class = \"Sound\"\n", 1),
      ("A.TextGrid", textGrid([("phones", [("0", "x", "sil")])]), nil),
      ("A.TextGrid", String(textGrid([("phones", phoneEntries)]).dropLast(12)), nil),
      ("A.TextGrid", "\"ooTextFile\" \"TextGrid\" 0 1 <exists> 99999999999", 1),
      ("A.ctm", "A 1 0.0\n", 1), ("A.ctm", "A 1 zero 1 iy\n", 1), ("A.lab", "0 iy\n", 1),
      ("A.phones", "#\n0.5 121 iy\nend 121 iy\n", 3), ("A.csv", "a,b\n1,2\n", 1),
      ("A.csv", "start,end,text\n0,1\n", 2), ("A.audacity", "0.5\n", 1),
    ])
  func faults(_ path: String, _ text: String, _ line: Int?) throws {
    let error = #expect(throws: CorpusError.self) { try parse(Array(text.utf8), as: path, names: ["A"]) }
    #expect(error?.finding?.code == .labelSyntax)
    if let line { #expect(error?.finding?.line == line) }
  }

  @Test("names of formats are unique, and each has help and an extension")
  func registry() {
    let names = LabelFormats.all.map(\.name)
    #expect(Set(names).count == names.count && names.first == "phn")
    for format in LabelFormats.all {
      #expect(!format.summary.isEmpty && !format.extensions.isEmpty)
      #expect(format.extensions.allSatisfy { $0 == $0.uppercased() })
      #expect(LabelFormats.named(format.name)?.name == format.name)
    }
  }
}
