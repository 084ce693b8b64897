import Corpus
import DataManifests
import Foundation
import Testing

@Suite("Inspection")
struct InspectionTests {
  let data: DataManifests

  init() throws { data = try testData.get() }

  @Test("an inspection measures level, clipping and offset")
  func level() throws {
    let folder = try TemporaryFolder()
    // A square wave of amplitude 16384, whose RMS and peak are −6.02 dBFS.
    let square = (0..<16_000).map { Int16($0 % 2 == 0 ? 16_384 : -16_384) }
    let path = try folder.write("A.WAV", AudioBytes.sphere(AudioBytes.pcm16(square)))
    let level = try #require(try Inspection.file(path, phones: data.phoneSet).level)
    #expect(abs(try #require(level.rmsDecibels) + 6.0206) < 1e-4)
    #expect(abs(try #require(level.peakDecibels) + 6.0206) < 1e-4)
    #expect(level.clippedSamples == 0 && level.meanSample == 0)

    let loud = (0..<16_000).map { $0 < 100 ? Int16.max : $0 < 150 ? Int16.min : 10 }
    let clipped = try Inspection.file(
      try folder.write("B.WAV", AudioBytes.riff(AudioBytes.pcm16(loud))), phones: data.phoneSet)
    #expect(clipped.level?.clippedSamples == 150)
    #expect(clipped.findings.map(\.code) == [.clipping])
    #expect(clipped.isUsable)
  }

  @Test("digital silence has no level in dB, and its inspection is valid JSON")
  func silence() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("A.WAV", AudioBytes.sphere([UInt8](repeating: 0, count: 32_000)))
    let inspection = try Inspection.file(path, phones: data.phoneSet)
    #expect(inspection.level?.rmsDecibels == nil && inspection.level?.peakDecibels == nil)
    let json = try JSONEncoder().encode(inspection)
    #expect(try JSONDecoder().decode(Inspection.self, from: json) == inspection)
  }

  @Test("inspecting a file finds the labels next to it and accepts any sample rate")
  func neighbors() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "SX1.WAV", AudioBytes.riff(AudioBytes.pcm16(AudioBytes.second), format: AudioBytes.format(rate: 8000)))
    try folder.write("SX1.PHN", "100 9000 h#\n9500 15000 iy\n")
    try folder.write("SX1.WRD", "0 9000 she\n")
    try folder.write("SX1.TXT", "0 16000 She\n")
    let inspection = try Inspection.file(path, phones: data.phoneSet)
    #expect(inspection.durationSeconds == 2)
    let labels = try #require(inspection.labels)
    #expect(
      labels.phones == 2 && labels.distinctPhones == 2 && labels.end == 15_000 && labels.gapSamples == 600)
    #expect(inspection.words == 1 && inspection.sentence == "She")
    #expect(inspection.findings.map(\.code) == [.labelGap])
  }

  @Test("a bad file gives an inspection with a rejection, a missing file an error")
  func bad() throws {
    let folder = try TemporaryFolder()
    let inspection = try Inspection.file(try folder.write("A.WAV", "nothing"), phones: data.phoneSet)
    #expect(!inspection.isUsable && inspection.findings.map(\.code) == [.unknownFormat])
    #expect(throws: CorpusError.noSuchPath(path: "\(folder.path)/B.WAV")) {
      try Inspection.file("\(folder.path)/B.WAV", phones: data.phoneSet)
    }
  }

  @Test("a corpus check counts each split, rejections, and each finding once")
  func corpus() throws {
    let folder = try TemporaryFolder()
    for speaker in ["FAAA0", "MBBB0"] {
      for name in ["SA1", "SX1", "SX2"] {
        try folder.utterance("TRAIN/DR\(speaker == "FAAA0" ? 1 : 2)/\(speaker)/\(name)")
      }
    }
    try folder.utterance("TEST/DR1/MCCC0/SX9", audio: Array("junk".utf8))
    try folder.link("TEST/DR1/MCCC0/SX8.WAV", to: "/dev/zero")
    try folder.utterance("TEST/DR1/MCCC0/SX7", labels: "0 8000 zz\n8000 16000 yy\n")
    let check = try CorpusCatalog(folder.path, data: data).check()
    #expect(check.whole.utterancesWithCalibration == 9 && check.whole.utterances == 7)
    #expect(check.whole.rejected == 3 && check.whole.speakers == 3)
    #expect(check.whole.durationSeconds == 6)
    #expect(
      check.splits.map {
        "\($0.split ?? "") \($0.speakers) \($0.utterances) \($0.utterancesWithCalibration) \($0.rejected)"
      }
        == ["train 1 2 3 0", "dev 1 2 3 0", "test 1 3 3 3"])
    #expect(check.findings.map(\.code) == [.notAFile, .unknownPhone, .unknownFormat])
    #expect(check.rejections == 3 && check.warnings == 0)
    #expect(check.speakersByDialectRegion == ["1": 2, "2": 1] && check.speakersBySex == ["F": 1, "M": 2])
    #expect(check.utterancesWithLabels == 6 && check.phones == 12)
  }

  @Test("every code has a remedy that is a sentence", arguments: FindingCode.allCases)
  func remedies(_ code: FindingCode) { #expect(code.remedy.hasSuffix(".") && code.remedy.count > 10) }

  @Test("a finding is JSON with ordered fields, without absent ones")
  func findingJSON() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let finding = Finding(
      .reject, .truncated, path: "a/B.WAV", field: "sample_count", expected: "9", found: "8")
    #expect(
      String(decoding: try encoder.encode(finding), as: UTF8.self)
        == #"{"code":"truncated","expected":"9","field":"sample_count","found":"8","#
        + #""path":"a/B.WAV","severity":"reject"}"#
    )
  }

  @Test("every error has the exit code of its kind")
  func kinds() {
    let wanted: [(CorpusError, Int32)] = [
      (.rejected(Finding(.reject, .empty, path: "")), 65), (.duplicateIdentifier(key: "", paths: []), 65),
      (.badManifest(path: "", line: 1, field: nil, expected: "", found: ""), 65),
      (.emptyCorpus(path: ""), 66),
      (.noSuchPath(path: ""), 66), (.notACorpus(path: ""), 66),
      (.inputOutput(path: "", operation: "", errno: 5), 74), (.permission(path: ""), 77),
    ]
    for (error, code) in wanted { #expect(error.kind.rawValue == code) }
  }
}
