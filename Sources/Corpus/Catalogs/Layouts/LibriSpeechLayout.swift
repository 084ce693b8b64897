import Foundations

/// LibriSpeech, and MLS and LibriTTS where they are alike:
/// `SUBSET/SPEAKER/CHAPTER/SPEAKER-CHAPTER-NUMBER.flac` with `SPEAKER-CHAPTER.trans.txt`.
struct LibriSpeechLayout: TreeLayout {
  let name = "librispeech"
  let summary = "LibriSpeech: subset, speaker, chapter, with .trans.txt"
  let phoneSet: String? = "librispeech-41"

  func recognizes(_ corpus: CorpusPath) -> Bool { corpus.has("SPEAKERS.TXT") && corpus.has("CHAPTERS.TXT") }

  func utterance(of file: CorpusTree.File, root: String) -> Utterance? {
    let parts = file.stem.split(separator: "-")
    guard parts.count >= 3 else { return nil }
    var utterance = Utterance(id: file.stem, speaker: String(parts[0]), audioPath: "")
    let subset = (root.split(separator: "/").suffix(1) + file.folders.map { $0[...] }).first {
      ["train", "dev", "test"].contains($0.prefix { $0 != "-" })
    }
    utterance.split = subset.map { String($0.prefix { $0 != "-" }) }
    return utterance
  }

  func sentences(_ tree: CorpusTree, _ root: CorpusRoot) throws(CorpusError) -> [String: String] {
    var sentences: [String: String] = [:]
    for file in tree.files where file.ending == "TXT" && file.stem.hasSuffix(".trans") {
      for row in try KaldiTable(path: root.absolute(file.path)).rows { sentences[row.id] = row.value }
    }
    return sentences
  }
}
