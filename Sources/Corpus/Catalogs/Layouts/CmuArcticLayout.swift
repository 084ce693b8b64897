/// CMU Arctic: `cmu_us_SPEAKER_arctic/wav/NAME.wav`, labels of ESPS's kind in `lab`, sentences in
/// `etc/txt.done.data`.
struct CmuArcticLayout: TreeLayout {
  let name = "cmu-arctic"
  let summary = "CMU Arctic: cmu_us_SPEAKER_arctic, wav, lab, etc"

  func recognizes(_ corpus: CorpusPath) -> Bool {
    corpus.has("etc/txt.done.data") || corpus.hasSubfolder { corpus.has("\($0)/etc/txt.done.data") }
  }

  func utterance(of file: CorpusTree.File, root: String) -> Utterance? {
    guard file.folders.last == "wav" else { return nil }
    let folder = file.folders.dropLast().last ?? String(root.split(separator: "/").last ?? "")
    let speaker = Self.speaker(folder)
    return Utterance(id: "\(speaker)_\(file.stem)", speaker: speaker, audioPath: "")
  }

  private static func speaker(_ folder: String) -> String {
    let parts = folder.split(separator: "_")
    return parts.count >= 4 && parts[0] == "cmu" && parts[3] == "arctic" ? String(parts[2]) : folder
  }

  func labelStems(of file: CorpusTree.File) -> [String] {
    [(file.folders.dropLast() + ["lab", file.stem]).joined(separator: "/")]
  }

  /// Lines `( arctic_a0001 "Author of the danger trail." )`.
  func sentences(_ tree: CorpusTree, _ root: CorpusRoot) throws(CorpusError) -> [String: String] {
    var sentences: [String: String] = [:]
    for file in tree.files where file.name == "txt.done.data" && file.folders.last == "etc" {
      let speaker = Self.speaker(
        file.folders.dropLast().last ?? String(root.path.split(separator: "/").last ?? ""))
      for row in try KaldiTable(path: root.absolute(file.path)).rows where row.id == "(" {
        let words = row.value.split(separator: " ", maxSplits: 1)
        guard words.count == 2 else { continue }
        let parts = words[1].split(separator: "\"", omittingEmptySubsequences: false)
        if parts.count >= 3 {
          sentences["\(speaker)_\(words[0])"] = parts.dropFirst().dropLast().joined(separator: "\"")
        }
      }
    }
    return sentences
  }
}
