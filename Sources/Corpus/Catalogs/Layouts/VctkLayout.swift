/// VCTK, of whose two microphones the first is taken.
///
/// Audio is `wav48/SPEAKER/SPEAKER_NUMBER.wav` or
/// `wav48_silence_trimmed/SPEAKER/SPEAKER_NUMBER_mic1.flac`; sentences are in `txt`.
struct VctkLayout: TreeLayout {
  let name = "vctk"
  let summary = "VCTK: wav48 or wav48_silence_trimmed, txt; the first microphone"

  private static let folders = ["wav48", "wav48_silence_trimmed", "wav16"]

  func recognizes(_ corpus: CorpusPath) -> Bool {
    corpus.has("txt", isFolder: true) && Self.folders.contains { corpus.has($0, isFolder: true) }
  }

  func utterance(of file: CorpusTree.File, root: String) -> Utterance? {
    guard file.folders.contains(where: Self.folders.contains), !file.stem.hasSuffix("_mic2"),
      let speaker = file.folders.last
    else { return nil }
    return Utterance(id: Self.name(file), speaker: speaker, audioPath: "")
  }

  private static func name(_ file: CorpusTree.File) -> String {
    file.stem.hasSuffix("_mic1") ? String(file.stem.dropLast(5)) : file.stem
  }

  func labelStems(of file: CorpusTree.File) -> [String] {
    let folder = file.folders.joined(separator: "/")
    return ["\(folder)/\(file.stem)", "\(folder)/\(Self.name(file))"]
  }

  func sentenceFile(of file: CorpusTree.File) -> String? {
    file.folders.last.map { "txt/\($0)/\(Self.name(file)).txt" }
  }
}
