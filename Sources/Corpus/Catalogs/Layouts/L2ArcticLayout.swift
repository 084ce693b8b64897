/// L2-ARCTIC: `SPEAKER/wav/NAME.wav`, with labels by hand in `annotation`, by an aligner in `textgrid`, and
/// sentences in `transcript`.
struct L2ArcticLayout: TreeLayout {
  let name = "l2-arctic"
  let summary = "L2-ARCTIC: speaker, wav, annotation or textgrid, transcript"
  let phoneSet: String? = "l2-arctic"

  func recognizes(_ corpus: CorpusPath) -> Bool {
    corpus.hasSubfolder {
      corpus.has("\($0)/wav", isFolder: true) && corpus.has("\($0)/transcript", isFolder: true)
    }
  }

  func utterance(of file: CorpusTree.File, root: String) -> Utterance? {
    guard file.folders.last == "wav" else { return nil }
    let above = file.folders.dropLast().last ?? String(root.split(separator: "/").last ?? "")
    let utterance = Utterance(id: "\(above)_\(file.stem)", speaker: above, audioPath: "")
    return utterance
  }

  func labelStems(of file: CorpusTree.File) -> [String] {
    ["annotation", "textgrid"].map { (file.folders.dropLast() + [$0, file.stem]).joined(separator: "/") }
  }

  func sentenceFile(of file: CorpusTree.File) -> String? {
    (file.folders.dropLast() + ["transcript", file.stem + ".txt"]).joined(separator: "/")
  }
}
