/// The Buckeye corpus: `s0101a.wav` with `s0101a.phones` beside it, in folders of any depth; the speaker is
/// `s01`.
struct BuckeyeLayout: TreeLayout {
  let name = "buckeye"
  let summary = "the Buckeye corpus: s0101a.wav with .phones, .words and .txt beside it"
  let phoneSet: String? = "buckeye"

  func recognizes(_ corpus: CorpusPath) -> Bool {
    corpus.hasSubfolder { name in
      guard name.utf8.count == 3, name.lowercased().hasPrefix("s"), Int(name.dropFirst()) != nil else {
        return false
      }
      return ["\(name)01a.phones", "\(name)01a/\(name)01a.phones"].contains { corpus.has("\(name)/\($0)") }
    }
  }

  func utterance(of file: CorpusTree.File, root: String) -> Utterance? {
    guard file.stem.utf8.count >= 5, file.stem.lowercased().hasPrefix("s") else { return nil }
    return Utterance(id: file.stem, speaker: String(file.stem.prefix(3)), audioPath: "")
  }
}
