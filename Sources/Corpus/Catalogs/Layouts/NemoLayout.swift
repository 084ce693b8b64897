import Files
import Foundations

/// A manifest of NeMo or of Hugging Face's audio folders: JSON lines with `audio_filepath` or `file_name`,
/// `text`, and maybe `offset` and `duration` in seconds.
struct NemoLayout: CorpusLayout {
  let name = "nemo"
  let summary = "a manifest of NeMo or Hugging Face: JSON lines with audio_filepath or file_name"

  private static let audioFields = ["audio_filepath", "file_name"]

  func recognizes(_ corpus: CorpusPath) -> Bool {
    guard !corpus.isFolder, let line = ListFile.firstLine(corpus.given) else { return false }
    return Self.audioFields.contains { line.contains(Array("\"\($0)\"".utf8)) }
  }

  func catalog(_ corpus: CorpusPath, _ request: CatalogRequest) throws(CorpusError) -> CatalogContent {
    var list = ListedUtterances(root: try CorpusRoot(request.root ?? "/"), folder: corpus.folder)
    var seen: Set<String> = []
    for line in try JSONList(corpus.given).lines {
      if line.number.isMultiple(of: 64) { try request.visit(list.utterances.count) }
      guard let audio = Self.audioFields.lazy.compactMap({ line.value[$0]?.stringValue }).first else {
        throw line.fault("audio_filepath", "a path")
      }
      let segment = try Self.segment(line)
      var id = line.text(["id", "utt_id", "utterance_id"]) ?? Self.stem(audio)
      // Parts of one file have one name.
      if let segment, seen.contains(id) || line.value["id"] == nil {
        id += "-\(segment.start.milliseconds)"
      }
      seen.insert(id)
      var utterance = Utterance(
        id: id, speaker: line.text(["speaker", "speaker_id", "spk_id"]) ?? id, audioPath: "")
      utterance.segment = segment
      utterance.sentence = line.text(["text", "sentence", "transcription"])
      utterance.split = line.text(["split"])
      if let channel = line.value["channel"]?.integerValue { utterance.channel = Int(clamping: channel) + 1 }
      try list.add(utterance, audio: audio, line: line.number, in: line.file)
    }
    return list.content(manifest: corpus.given, describedBy: try CorpusRoot(corpus.folder))
  }

  private static func stem(_ path: String) -> String {
    let name = path.split(separator: "/").last ?? path[...]
    return String(name.lastIndex(of: ".").map { name[..<$0] } ?? name)
  }

  /// `duration` without `offset` is that of the file.
  private static func segment(_ line: JSONList.Line) throws(CorpusError) -> Segment? {
    guard let start = try line.time("offset") else { return nil }
    guard let duration = try line.time("duration") else {
      return start.numerator == 0 ? nil : Segment(start: start)
    }
    guard let end = start.adding(duration) else { throw line.fault("duration", "a time in 64 bits") }
    return Segment(start: start, end: end)
  }
}

extension LabelTime {
  /// For names.
  var milliseconds: Int { sample(rate: 1000) ?? 0 }
}
