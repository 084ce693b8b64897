import Foundations

/// A language of Common Voice: `clips` and the tables `train.tsv`, `dev.tsv`, `test.tsv` with client_id, path
/// and sentence.
struct CommonVoiceLayout: CorpusLayout {
  let name = "common-voice"
  let summary = "a language of Common Voice: clips, train.tsv, dev.tsv, test.tsv"

  private static let splits = ["train", "dev", "test"]

  func recognizes(_ corpus: CorpusPath) -> Bool {
    corpus.has("clips", isFolder: true) && Self.splits.contains { corpus.has("\($0).tsv") }
  }

  func catalog(_ corpus: CorpusPath, _ request: CatalogRequest) throws(CorpusError) -> CatalogContent {
    let root = try CorpusRoot(corpus.given)
    var list = ListedUtterances(root: root, folder: corpus.given)
    for split in Self.splits where corpus.has("\(split).tsv") {
      let file = "\(split).tsv"
      var columns: [String: Int]?
      var number = 0
      let text = try ListFile.bytes("\(corpus.given)/\(file)")
      for line in text.split(separator: 0x0A, omittingEmptySubsequences: false) {
        number += 1
        if number.isMultiple(of: 256) { try request.visit(list.utterances.count) }
        let cells = line.split(separator: 0x09, omittingEmptySubsequences: false).map {
          String(decoding: $0, as: UTF8.self)
        }
        guard let known = columns else {
          columns = Dictionary(cells.enumerated().map { ($1, $0) }) { first, _ in first }
          continue
        }
        func cell(_ name: String) -> String? { known[name].flatMap { $0 < cells.count ? cells[$0] : nil } }
        guard cells.count > 1 else { continue }
        guard let client = cell("client_id"), let path = cell("path"), !client.isEmpty, !path.isEmpty else {
          throw .badManifest(
            path: Sanitized.path("\(corpus.given)/\(file)"), line: number, field: nil,
            expected: "columns client_id and path", found: Sanitized.token(line))
        }
        // The first 16 digits of a hash are enough to distinguish speakers.
        let speaker = String(client.prefix(16))
        let stem = path.lastIndex(of: ".").map { String(path[..<$0]) } ?? path
        var utterance = Utterance(id: "\(speaker)_\(stem)", speaker: speaker, audioPath: "")
        utterance.split = split
        utterance.sentence = cell("sentence").flatMap { $0.isEmpty ? nil : $0 }
        try list.add(utterance, audio: "clips/\(path)", line: number, in: file)
      }
    }
    return list.content(manifest: nil, describedBy: root)
  }
}
