import Corpus
import DataManifests
import Testing

@Suite("BuiltInCorpus")
struct BuiltInCorpusTests {
  let data: DataManifests

  init() throws { data = try DataManifests.locate(environment: [:]) }

  @Test("the built-in corpus has the same 20 utterances of 4 speakers as a folder and as a manifest")
  func folderAndManifest() throws {
    let folder = try CorpusCatalog(data.builtInCorpus, data: data)
    let manifest = try CorpusCatalog("\(data.builtInCorpus)/manifest.jsonl", data: data)
    #expect(folder.utterances.count == 20)
    #expect(Set(folder.utterances.map(\.speaker)) == ["FVNV0", "MITZ0", "MLBS0", "MRPE0"])
    #expect(folder.utterances.map(\.key) == manifest.utterances.map(\.key))
    #expect(folder.findings.isEmpty && manifest.findings.isEmpty)
  }

  @Test("the built-in corpus has no findings, and the counts of its description")
  func check() throws {
    let catalog = try CorpusCatalog(data.builtInCorpus, data: data)
    let check = try catalog.check()
    #expect(check.findings.isEmpty)
    #expect(check.whole.utterancesWithCalibration == 20)
    #expect(check.splits.map(\.split) == ["train", "dev", "test"])
    #expect(check.utterancesWithLabels == 20)
  }
}
