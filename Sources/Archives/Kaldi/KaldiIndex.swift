import Files

/// The writer of a Kaldi data directory from the records in key order.
///
/// All files are sorted in C-locale order and have the same keys, and utterances and speakers are sorted
/// alike: where `S10_A` precedes `S1_A` the speakers are `S10_` and `S1_`. `cmvn.scp` is by speaker, as
/// required by `apply-cmvn --utt2spk`.
///
/// Source: Kaldi's "Data preparation" and `utils/validate_data_dir.sh`.
struct KaldiIndex: FormatIndex {
  private let context: IndexContext
  private let paths: IndexPaths
  private let files: IndexFiles
  private let labels: [LabelSet]
  private let storesStatistics: Bool
  private var withoutText = 0
  private var speakers = SpeakerList()
  private var lastSpeaker: String?
  private var disorder: IndexNote?

  init(_ context: IndexContext) throws(ArchiveError) {
    let configuration = context.configuration
    self.context = context
    paths = context.paths
    files = context.files
    labels = configuration.labels
    storesStatistics = configuration.storesCmvnStatistics
    for name in ["feats.scp", "wav.scp", "utt2spk", "utt2num_frames", "utt2dur", "text"] {
      try files.make(name)
    }
    try files.append("\(JSONValue.number(configuration.frameShiftSeconds).text)\n", to: "frame_shift")
  }

  mutating func add(
    _ utterance: ShardRecord.Utterance, in record: ShardRecord, _ found: RecordFiles
  ) throws(ArchiveError) {
    let description = utterance.description
    let key = description.key
    try context.appendScript(.features, of: utterance, in: record, found, to: "feats.scp")
    for set in labels {
      try context.appendScript(
        .labels(set), of: utterance, in: record, found, to: "labels\(set.suffix).scp")
    }
    if storesStatistics {
      try context.appendScript(.cmvnStatistics, of: utterance, in: record, found, to: "cmvn_utterance.scp")
    }
    try files.append("\(key) \(audio(description))\n", to: "wav.scp")
    try files.append("\(key) \(description.speaker)\n", to: "utt2spk")
    try files.append("\(key) \(description.frameCount)\n", to: "utt2num_frames")
    try files.append("\(key) \(JSONValue.number(description.durationSeconds).text)\n", to: "utt2dur")
    if let text = description.text {
      let words = text.split { $0.isWhitespace || ($0.unicodeScalars.first?.value ?? 0) < 0x20 }
      try files.append("\(([Substring(key)] + words).joined(separator: " "))\n", to: "text")
    } else {
      withoutText += 1
    }
    if let lastSpeaker, precedesInCLocale(description.speaker, lastSpeaker), disorder == nil {
      disorder = .speakersOutOfOrder(first: description.speaker, second: lastSpeaker)
    }
    lastSpeaker = description.speaker
    speakers.add(key, speaker: description.speaker, gender: description.gender)
  }

  /// Writes the files by speaker.
  mutating func finish(sums: CMVNSums?) throws(ArchiveError) -> [IndexNote] {
    var notes: [IndexNote] = []
    if withoutText > 0 {
      files.leaveOut("text")
      notes.append(.textMissing(utterances: withoutText))
    }
    if disorder != nil, try markSpeakers(), let first = speakers.sorted.first?.name {
      disorder = .speakersMarked(example: first)
    }
    let sorted = speakers.sorted
    try files.make("spk2utt")
    var withoutGender = 0
    for speaker in sorted {
      try files.append("\(speaker.name) \(speaker.keys.joined(separator: " "))\n", to: "spk2utt")
      if speaker.kaldiGender == nil { withoutGender += 1 }
    }
    if withoutGender == 0 {
      for speaker in sorted {
        try files.append("\(speaker.name) \(speaker.kaldiGender ?? "")\n", to: "spk2gender")
      }
    } else {
      files.leaveOut("spk2gender")
      notes.append(.genderMissing(speakers: withoutGender))
    }
    if let sums {
      try files.make("cmvn.ark")
      try files.make("cmvn.scp")
      let bySpeaker = sums.bySpeaker.map { (speaker: speakers.written($0.speaker), values: $0.values) }
      for (speaker, values) in bySpeaker.sorted(by: { precedesInCLocale($0.speaker, $1.speaker) }) {
        let position = files.position(in: "cmvn.ark") + Int64(speaker.utf8.count) + 1
        try files.append("\(speaker) \(paths.output("cmvn.ark")):\(position)\n", to: "cmvn.scp")
        try files.append(
          KaldiBytes.doubleMatrixEntry(
            key: speaker, rows: 2, columns: sums.channels + 1, values: values), to: "cmvn.ark")
      }
    }
    if let disorder { notes.append(disorder) }
    return notes
  }

  /// Puts `_` behind all speakers, if they sort as their utterances do then.
  private mutating func markSpeakers() throws(ArchiveError) -> Bool {
    var marked = speakers
    marked.suffix = "_"
    let lines = marked.sorted.flatMap { speaker in speaker.keys.map { (key: $0, speaker: speaker.name) } }
    guard zip(lines, lines.dropFirst()).allSatisfy({ precedesInCLocale($0.key, $1.key) }) else {
      return false
    }
    speakers = marked
    try files.restart("utt2spk")
    for line in lines { try files.append("\(line.key) \(line.speaker)\n", to: "utt2spk") }
    return true
  }

  /// Whether Kaldi interprets a path in a script file as that of a file.
  ///
  /// A leading or trailing `|` means a command, a trailing `:123` an offset, and leading or trailing white
  /// space is an error.
  ///
  /// Source: Kaldi, `ClassifyRxfilename`.
  static func isPlainForKaldi(_ path: String) -> Bool {
    guard let first = path.utf8.first, let last = path.utf8.last else { return false }
    let unusable: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0B, 0x0C, 0x0D, UInt8(ascii: "|")]
    if unusable.contains(first) || unusable.contains(last) || path.utf8.contains(0x0A) { return false }
    let tail = path.utf8.reversed().drop { $0 >= 0x30 && $0 <= 0x39 }
    return tail.first != UInt8(ascii: ":") || tail.count == path.utf8.count
  }

  /// The source of the audio for Kaldi: a file, or a command that outputs WAV.
  private func audio(_ description: UtteranceDescription) -> String {
    let path = paths.audio(description.audioPath)
    switch (description.container, description.audioChannel) {
    // Kaldi would interpret such a name as a command, an offset or an error.
    case (.riff, nil): return Self.isPlainForKaldi(path) ? path : "cat \(shellWord(path)) |"
    case (.sphere, nil): return "sph2pipe -f wav -p \(shellWord(path)) |"
    case (.sphere, let channel?): return "sph2pipe -f wav -p -c \(channel + 1) \(shellWord(path)) |"
    case (.riff, let channel?): return "sox \(shellWord(path)) -t wav - remix \(channel + 1) |"
    case (.other, let channel):
      let remix = channel.map { " remix \($0 + 1)" } ?? ""
      return "sox \(shellWord(path)) -t wav -b 16 -\(remix) |"
    }
  }
}

/// A word for `sh`, quoted if necessary.
func shellWord(_ text: String) -> String {
  let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-+=:,@%".utf8)
  if !text.isEmpty && text.utf8.allSatisfy({ plain.contains($0) }) { return text }
  return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
}
