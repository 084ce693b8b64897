import Files
import Foundations

/// Manifests of Lhotse: a folder with recordings and supervisions, or a file of cuts, of supervisions beside
/// recordings, or of recordings alone; JSON lines, plain or in gzip.
///
/// Ids are kept byte for byte. Alignments of phones are the labels.
///
/// Source: Lhotse 1.33, `RecordingSet`, `SupervisionSet`, `CutSet`.
struct LhotseLayout: CorpusLayout {
  let name = "lhotse"
  let summary = "manifests of Lhotse: recordings and supervisions, or cuts"
  let listsHaveRoot = true

  func recognizes(_ corpus: CorpusPath) -> Bool {
    if corpus.isFolder { return Self.pair(corpus) != nil || Self.cuts(corpus) != nil }
    guard let line = ListFile.firstLine(corpus.given) else { return false }
    return [#""recording_id""#, #""sources""#, #""MonoCut""#].contains { line.contains(Array($0.utf8)) }
  }

  func catalog(_ corpus: CorpusPath, _ request: CatalogRequest) throws(CorpusError) -> CatalogContent {
    var list = ListedUtterances(root: try CorpusRoot(request.root ?? "/"), folder: corpus.folder)
    if let pair = Self.pair(corpus) {
      let recordings = try Self.recordings(pair.recordings)
      for line in try JSONList(pair.supervisions).lines {
        if line.number.isMultiple(of: 64) { try request.visit(list.utterances.count) }
        try Self.add(line.value, line, cut: nil, recordings, to: &list, tier: request.labels.tier)
      }
      return list.content(manifest: nil, describedBy: try CorpusRoot(corpus.folder))
    }
    let file = Self.cuts(corpus) ?? corpus.given
    for line in try JSONList(file).lines {
      if line.number.isMultiple(of: 64) { try request.visit(list.utterances.count) }
      if line.value["sources"] != nil {
        let recording = try Recording(line.value, line)
        let utterance = Utterance(id: recording.id, speaker: recording.id, audioPath: "")
        try Self.add(utterance, recording, channel: nil, line, to: &list)
        continue
      }
      guard let recording = line.value["recording"] else {
        throw line.fault("recording", "a recording in the cut")
      }
      let opened = try Recording(recording, line)
      let supervision = line.value["supervisions"]?.arrayValue?.first
      try Self.add(
        supervision ?? line.value, line, cut: line.value, [opened.id: opened], to: &list,
        tier: request.labels.tier)
    }
    return list.content(manifest: corpus.given, describedBy: try CorpusRoot(corpus.folder))
  }

  private struct Recording {
    var id: String
    var path: String
    var channels: [Int]
    /// Why it cannot be read: a command, a transform.
    var refusal: String?

    init(_ value: JSONValue, _ line: JSONList.Line) throws(CorpusError) {
      guard let id = value["id"]?.stringValue else { throw line.fault("id", "the id of a recording") }
      guard let sources = value["sources"]?.arrayValue, let source = sources.first,
        let path = source["source"]?.stringValue
      else { throw line.fault("sources", "a source of the recording") }
      self.id = id
      self.path = path
      channels =
        source["channels"]?.arrayValue?.compactMap { $0.integerValue.map { Int(clamping: $0) } } ?? [0]
      if source["type"]?.stringValue != "file" {
        refusal = "a source of type \(Sanitized.token(source["type"]?.stringValue ?? ""))"
      } else if sources.count > 1 {
        refusal = "a recording of \(sources.count) files"
      } else if let transforms = value["transforms"]?.arrayValue, !transforms.isEmpty {
        refusal = "a recording that Lhotse transforms"
      }
    }
  }

  private static func recordings(_ path: String) throws(CorpusError) -> [String: Recording] {
    var recordings: [String: Recording] = [:]
    for line in try JSONList(path).lines {
      let recording = try Recording(line.value, line)
      recordings[recording.id] = recording
    }
    return recordings
  }

  /// Adds the utterance of a supervision, in a cut or of a whole recording.
  private static func add(
    _ supervision: JSONValue, _ line: JSONList.Line, cut: JSONValue?, _ recordings: [String: Recording],
    to list: inout ListedUtterances, tier: String?
  ) throws(CorpusError) {
    guard let id = (cut ?? supervision)["id"]?.stringValue else { throw line.fault("id", "a text") }
    let recordingID = (cut?["recording"]?["id"] ?? supervision["recording_id"])?.stringValue ?? ""
    guard let recording = recordings[recordingID] else {
      throw line.fault("recording_id", "a recording of the manifest")
    }
    let part = cut ?? supervision
    var utterance = Utterance(id: id, speaker: supervision["speaker"]?.stringValue ?? id, audioPath: "")
    let start = part["start"].flatMap { LabelTime(seconds: $0) } ?? LabelTime(numerator: 0, denominator: 1)
    guard let length = part["duration"].flatMap({ LabelTime(seconds: $0) }), let end = start.adding(length)
    else {
      throw line.fault("duration", "seconds")
    }
    utterance.segment = Segment(start: start, end: end)
    utterance.sentence = supervision["text"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
    utterance.sex = supervision["gender"]?.stringValue.flatMap {
      Sex(rawValue: UtteranceKey.upper($0.prefix(1)))
    }
    utterance.labels = labels(supervision["alignment"], of: cut == nil ? nil : start, tier)
    let channel = (part["channel"] ?? supervision["channel"])?.integerValue.map { Int(clamping: $0) }
    try add(utterance, recording, channel: channel, line, to: &list)
  }

  private static func add(
    _ utterance: Utterance, _ recording: Recording, channel: Int?, _ line: JSONList.Line,
    to list: inout ListedUtterances
  ) throws(CorpusError) {
    var utterance = utterance
    // Channels of a recording count from 0.
    if recording.channels.count > 1 { utterance.channel = channel.map { $0 + 1 } }
    guard let refusal = recording.refusal else {
      return try list.add(utterance, audio: recording.path, line: line.number, in: line.file)
    }
    utterance.audioPath = Sanitized.path(recording.path)
    utterance.rejection = Finding(
      .reject, .command, path: line.file, field: "sources", line: line.number, expected: "one file",
      found: refusal,
      utterance: utterance.key)
    try list.add(utterance, audio: nil, line: line.number, in: line.file)
  }

  /// The labels of an alignment; those of a supervision are in the time of its recording, those of a cut in
  /// that of the cut.
  private static func labels(
    _ alignment: JSONValue?, of cutStart: LabelTime?, _ tier: String?
  ) -> [LabelEntry]? {
    guard let alignment else { return nil }
    let names = tier.map { [$0] } ?? ["phone", "phones", "phoneme", "phonemes"]
    guard let items = names.lazy.compactMap({ alignment[$0]?.arrayValue }).first else { return nil }
    return items.enumerated().compactMap { index, item -> LabelEntry? in
      guard let fields = item.arrayValue, fields.count >= 3, let symbol = fields[0].stringValue,
        var start = LabelTime(seconds: fields[1]), let length = LabelTime(seconds: fields[2])
      else { return nil }
      if let cutStart {
        guard let moved = start.adding(cutStart) else { return nil }
        start = moved
      }
      guard let end = start.adding(length) else { return nil }
      return LabelEntry(line: index + 1, start: start, end: end, symbol: symbol)
    }
  }

  private static func pair(_ corpus: CorpusPath) -> (recordings: String, supervisions: String)? {
    func file(_ name: String) -> String? {
      ["\(name).jsonl", "\(name).jsonl.gz"].first { corpus.has($0) }.map { "\(corpus.given)/\($0)" }
    }
    guard let recordings = file("recordings"), let supervisions = file("supervisions") else { return nil }
    return (recordings, supervisions)
  }

  private static func cuts(_ corpus: CorpusPath) -> String? {
    ["cuts.jsonl", "cuts.jsonl.gz"].first { corpus.has($0) }.map { "\(corpus.given)/\($0)" }
  }
}
