import Corpus
import DataManifests
import Testing

@Suite("CatalogVisit")
struct CatalogVisitTests {
  @Test("a long catalog reports its progress and stops when canceled", arguments: ["", "manifest.jsonl"])
  func visits(_ manifest: String) throws {
    let folder = try TemporaryFolder()
    var lines = ""
    for speaker in 1...9 {
      for index in 1...40 {
        try folder.write("TRAIN/DR1/FAA\(speaker)0/SX\(index).WAV", "NIST_1A")
        lines +=
          "{\"id\":\"FAA\(speaker)0_SX\(index)\",\"audio\":\"TRAIN/DR1/FAA\(speaker)0/SX\(index).WAV\"}\n"
      }
    }
    if !manifest.isEmpty { try folder.write(manifest, lines) }
    let path = manifest.isEmpty ? folder.path : "\(folder.path)/\(manifest)"
    let data = try testData.get()
    var seen: [Int] = []
    _ = try CorpusCatalog(path, data: data) { seen.append($0) }
    #expect(seen.count >= 5 && seen == seen.sorted() && (seen.last ?? 0) >= 256)
    #expect(throws: CorpusError.cancelled) {
      _ = try CorpusCatalog(path, data: data) { count throws(CorpusError) in
        if count >= 100 { throw .cancelled }
      }
    }
    #expect(CorpusError.cancelled.kind.rawValue == 75)
  }

  @Test("canonical splits and regions do not depend on the root")
  func canonical() throws {
    let folder = try TemporaryFolder()
    for speaker in ["FAAA0", "MBBB0"] { try folder.write("TRAIN/DR3/\(speaker)/SX1.WAV", "NIST_1A") }
    let catalog = try CorpusCatalog(folder.path, data: testData.get())
    #expect(
      String(decoding: catalog.canonicalDialectRegions(), as: UTF8.self)
        == #"{"dialectRegion":"3","key":"FAAA0_SX1"}"# + "\n"
        + #"{"dialectRegion":"3","key":"MBBB0_SX1"}"# + "\n"
    )
    #expect(
      String(decoding: catalog.canonicalSplits([1: "a \"b\""]), as: UTF8.self)
        == "{\"key\":\"MBBB0_SX1\",\"split\":\"a \\\"b\\\"\"}\n")
  }
}

@Suite("Stereo inspection")
struct TwoChannelTests {
  @Test("inspecting a stereo file reports its format without a selected channel")
  func format() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "a.wav", AudioBytes.riff(AudioBytes.pcm16(AudioBytes.second), format: AudioBytes.format(channels: 2)))
    let phones = try testData.get().phoneSet
    let inspection = try Inspection.file(path, phones: phones)
    #expect(inspection.findings.map(\.code) == [.channels] && !inspection.isUsable)
    #expect(inspection.audio?.channels == 2 && inspection.durationSeconds == 0.5 && inspection.level == nil)
    let chosen = try Inspection.file(
      path, requirements: .init(sampleRateHertz: nil, channel: 2), phones: phones)
    #expect(chosen.isUsable && chosen.level != nil)
  }
}
