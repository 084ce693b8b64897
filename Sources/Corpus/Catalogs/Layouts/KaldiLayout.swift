import Foundations

/// A Kaldi data directory: `wav.scp`, and where they are there `segments`, `utt2spk`, `spk2gender`, `text`.
///
/// Ids are kept byte for byte. Commands in `wav.scp` are never run: those of plain form that give one file's
/// samples unchanged are understood, others reject their recording by name.
///
/// Source: Kaldi, "Data preparation".
struct KaldiLayout: CorpusLayout {
  let name = "kaldi"
  let summary = "a Kaldi data directory: wav.scp, segments, utt2spk, text"
  let listsHaveRoot = true

  func recognizes(_ corpus: CorpusPath) -> Bool { corpus.has("wav.scp") }

  func catalog(_ corpus: CorpusPath, _ request: CatalogRequest) throws(CorpusError) -> CatalogContent {
    var list = ListedUtterances(root: try CorpusRoot(request.root ?? "/"), folder: corpus.given)
    let recordings = try KaldiTable(corpus, "wav.scp").rows
    let speakers = try KaldiTable(corpus, "utt2spk", isRequired: false).dictionary
    let texts = try KaldiTable(corpus, "text", isRequired: false).dictionary
    let sexes = try KaldiTable(corpus, "spk2gender", isRequired: false).dictionary
    func add(
      _ id: String, of recording: KaldiTable.Row, segment: Segment?, line: Int, file: String
    ) throws(CorpusError) {
      if list.utterances.count.isMultiple(of: 256) { try request.visit(list.utterances.count) }
      let speaker = speakers[id] ?? id
      var utterance = Utterance(id: id, speaker: speaker, audioPath: "")
      utterance.sentence = texts[id].flatMap { $0.isEmpty ? nil : $0 }
      utterance.segment = segment
      utterance.sex = sexes[speaker].flatMap { Sex(rawValue: UtteranceKey.upper($0)) }
      switch KaldiSource(recording.value) {
      case .file(let path, let channel):
        utterance.channel = channel
        try list.add(utterance, audio: path, line: line, in: file)
      case .refused(let found):
        utterance.audioPath = Sanitized.path(found)
        utterance.rejection = Finding(
          .reject, .command, path: "wav.scp", line: recording.line,
          expected: "a file, or cat, sph2pipe, flac or sox of plain form", found: found, utterance: id)
        try list.add(utterance, audio: nil, line: line, in: file)
      }
    }
    guard corpus.has("segments") else {
      for row in recordings { try add(row.id, of: row, segment: nil, line: row.line, file: "wav.scp") }
      return list.content(manifest: nil, describedBy: try CorpusRoot(corpus.given))
    }
    let recordingOfID = Dictionary(recordings.map { ($0.id, $0) }) { first, _ in first }
    for row in try KaldiTable(corpus, "segments").rows {
      let words = row.value.split(separator: " ")
      guard words.count >= 3, let recording = recordingOfID[String(words[0])],
        let segment = Self.segment(words[1], words[2])
      else {
        throw .badManifest(
          path: Sanitized.path("\(corpus.given)/segments"), line: row.line, field: nil,
          expected: "utterance, recording of wav.scp, start, end", found: Sanitized.token(row.value))
      }
      try add(row.id, of: recording, segment: segment, line: row.line, file: "segments")
    }
    return list.content(manifest: nil, describedBy: try CorpusRoot(corpus.given))
  }

  /// An end of −1 is that of the recording.
  private static func segment(_ start: Substring, _ end: Substring) -> Segment? {
    func time(_ text: Substring) -> LabelTime? {
      (try? LabelNumber(text.utf8)).flatMap { LabelTime($0, unit: .seconds, frameShift: 1, rate: 1) }
    }
    guard let start = time(start), let end = time(end), start.numerator >= 0 else { return nil }
    return Segment(start: start, end: end.numerator < 0 ? nil : end)
  }
}
