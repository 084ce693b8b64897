import Archives
import Corpus
import Files
import Stages

extension CorpusCatalog {
  /// Warnings of usable utterances that are found without opening a file, by key.
  var warningsOfUtterance: [String: [Finding]] {
    var warnings: [String: [Finding]] = [:]
    for finding in findings where finding.severity == .warning {
      if let key = finding.utterance { warnings[key, default: []].append(finding) }
    }
    return warnings
  }

  /// Findings of no utterance: names of which no key can be made, fields of the manifest that
  /// are not known, labels without audio.
  var unnamedFindings: [Finding] { findings.filter { $0.utterance == nil } }
}

extension OutputDirectory {
  /// Writes `corpus_findings.jsonl`: what is wrong with the corpus but with no utterance of it.
  ///
  /// It is in no record, since the bytes of those must follow from the configuration and the files of the
  /// utterances alone: a name of which no key can be made may come and go without a shard changing. The
  /// indexes take the rejects from here, as `finish` makes them without the corpus. Every run of
  /// `preprocess`, whatever its part, writes the same bytes.
  func writeCorpusFindings(_ findings: [Finding]) throws(FileError) {
    var bytes: [UInt8] = []
    for finding in findings {
      bytes += FindingJSON.value(finding).bytes
      bytes.append(UInt8(ascii: "\n"))
    }
    try replaceIfOther(IndexNames.corpusFindings, with: bytes)
  }
}
