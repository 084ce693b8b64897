import Foundations

/// speechocean762: `WAVE`, and Kaldi data directories `train` and `test` whose paths are relative to the
/// corpus.
struct SpeechoceanLayout: CorpusLayout {
  let name = "speechocean762"
  let summary = "speechocean762: WAVE, train and test"
  let phoneSet: String? = "speechocean"

  private static let splits = ["train", "test"]

  func recognizes(_ corpus: CorpusPath) -> Bool {
    corpus.has("WAVE", isFolder: true) && Self.splits.allSatisfy { corpus.has("\($0)/wav.scp") }
  }

  func catalog(_ corpus: CorpusPath, _ request: CatalogRequest) throws(CorpusError) -> CatalogContent {
    let root = try CorpusRoot(corpus.given)
    var utterances: [Utterance] = []
    var findings: [Finding] = []
    for split in Self.splits {
      let part = try KaldiLayout().catalog(
        CorpusPath("\(corpus.given)/\(split)"),
        CatalogRequest(root: corpus.given, labels: request.labels, visit: request.visit))
      utterances += part.utterances.map { utterance in
        var utterance = utterance
        utterance.split = split
        return utterance
      }
      findings += part.findings
    }
    return CatalogContent(root: root, manifest: nil, utterances: utterances, findings: findings)
  }
}
