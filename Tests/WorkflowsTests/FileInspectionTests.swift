import Corpus
import TestSupport
import Testing

@testable import Workflows

@Suite struct FileInspectionTests {
  @Test func `a missing file hides none of the others`() throws {
    let corpus = try SmallCorpus()
    try corpus.utterance("A")
    let there = "\(corpus.path)/A.WAV"
    let inspections = try FileInspection.run(["/no/such", there], FileInspectionOptions())
    #expect(inspections.map { $0.findings.map(\.code) } == [[.missingFile], []])
    #expect(inspections[1].audio?.sampleCount == 4000)
    #expect {
      try FileInspection.run(["/no/such", "/nor/this"], FileInspectionOptions())
    } throws: { error in
      if case CorpusError.noSuchPath = error { true } else { false }
    }
  }
}
