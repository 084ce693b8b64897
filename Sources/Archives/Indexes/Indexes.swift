package import Files

extension OutputDirectory {
  /// Writes the indexes from the records.
  ///
  /// Every format has `manifest.jsonl`, `rejects.jsonl`, `warnings.jsonl` and `summary.json`; `kaldi` also
  /// has a data directory, `npy` and `lhotse` have `speakers.jsonl` and `cmvn.npy`, and `lhotse` has its own
  /// manifests. Normalized features have `feats_normalized.scp`, `manifest_normalized.jsonl`,
  /// `features_normalized.jsonl` and `cuts_normalized.jsonl`. An index that already has the same bytes is not
  /// written. Afterward, superseded files of shards are removed unless another run is active in the
  /// directory. Records are read one at a time; memory grows with the number of speakers and, for `spk2utt`,
  /// of keys.
  ///
  /// - Parameters:
  ///   - checkpoint: called with 0 after each utterance, and during the comparison with existing files.
  ///   - visit: called with each record.
  /// - Throws: `shardsMissing` if a shard is not committed, or was normalized from other raw features;
  ///   `system`; `malformed` for a damaged record; `cancelled`, or the error of `checkpoint`. Some indexes
  ///   may then be new, the others are unchanged.
  package func writeIndexes(
    _ options: IndexOptions, visit: (ShardRecord) -> Void = { _ in },
    checkpoint: Checkpoint = throwIfCancelled
  ) throws(ArchiveError) -> IndexReport {
    try requireAllShards()
    if configuration.storesNormalized { try requireAllShards(set: .normalized) }
    let paths = IndexPaths(directory: path, options: options)
    let files = IndexFiles(directory: self)
    var sums = configuration.storesCmvnStatistics ? CMVNSums(channels: configuration.channels) : nil
    let manifest = try ManifestIndex(paths: paths, files: files, configuration: configuration, set: .raw)
    var kaldi: KaldiIndex?
    var speakers: SpeakerIndex?
    var lhotse: LhotseIndex?
    switch configuration.format {
    case .kaldi: kaldi = try KaldiIndex(paths: paths, files: files, configuration: configuration)
    case .npy: speakers = try SpeakerIndex(files: files)
    case .lhotse:
      speakers = try SpeakerIndex(files: files)
      lhotse = try LhotseIndex(
        paths: paths, files: files, configuration: configuration, featureType: options.featureType, set: .raw)
    }
    var summary = IndexSummary()
    var superseded = SupersededFiles(directory: self)
    for name in ["rejects.jsonl", "warnings.jsonl"] { try files.make(name) }
    for number in 0..<shardCount {
      let record = try committedRecord(ofShard: number)
      visit(record)
      superseded.keep(record)
      let found = RecordFiles(record)
      let reader = sums == nil ? nil : ShardReader(directory: self, record: record)
      for utterance in record.utterances {
        try ArchiveError.onFiles { () throws(FileError) in try checkpoint(0) }
        try manifest.add(utterance, in: record, found)
        try kaldi?.add(utterance, in: record, found)
        speakers?.add(utterance.description)
        try lhotse?.add(utterance, in: record, found)
        let values = try ArchiveError.onFiles { () throws(FileError) in
          try reader?.statistics(of: utterance)
        }
        if let values { sums?.add(values, speaker: utterance.description.speaker) }
      }
      for finding in record.rejects { try files.append(finding, to: "rejects.jsonl") }
      for finding in record.warnings { try files.append(finding, to: "warnings.jsonl") }
      summary.add(record)
    }
    let notes = try kaldi?.finish(sums: sums) ?? []
    try speakers?.finish(sums: sums)
    if configuration.storesNormalized {
      try addNormalized(paths: paths, files: files, options: options, &superseded, checkpoint)
    }
    var bytes: [UInt8] = []
    summary.json.appendIndented(to: &bytes)
    try files.append(bytes + [UInt8(ascii: "\n")], to: "summary.json")
    return try ArchiveError.onFiles { () throws(FileError) in
      var report = try files.putInPlace(checkpoint)
      report.notes = notes
      try superseded.sweep(checkpoint)
      return report
    }
  }

  private func addNormalized(
    paths: IndexPaths, files: IndexFiles, options: IndexOptions, _ superseded: inout SupersededFiles,
    _ checkpoint: Checkpoint
  ) throws(ArchiveError) {
    let sources = try ArchiveError.onFiles { () throws(FileError) in
      try ShardSources(of: self, checkpoint: checkpoint)
    }
    let manifest = try ManifestIndex(
      paths: paths, files: files, configuration: configuration, set: .normalized)
    var lhotse: LhotseIndex?
    if configuration.format == .lhotse {
      lhotse = try LhotseIndex(
        paths: paths, files: files, configuration: configuration, featureType: options.featureType,
        set: .normalized)
    }
    if configuration.format == .kaldi { try files.make("feats_normalized.scp") }
    for number in 0..<shardCount {
      let record = try committedRecord(ofShard: number, set: .normalized)
      guard record.sourceSHA256 != nil, record.sourceSHA256 == sources.source(ofShard: number) else {
        throw .shardsMissing(numbers: [number])
      }
      superseded.keep(record)
      let found = RecordFiles(record)
      for utterance in record.utterances {
        try ArchiveError.onFiles { () throws(FileError) in try checkpoint(0) }
        try manifest.add(utterance, in: record, found)
        try lhotse?.add(utterance, in: record, found)
        guard configuration.format == .kaldi, let file = found.file(of: .features),
          let position = utterance.position(of: .features)
        else { continue }
        try files.append(
          "\(utterance.description.key) \(paths.output(file.path)):\(position)\n", to: "feats_normalized.scp")
      }
    }
  }
}

/// Counts over all shards, for `summary.json`.
private struct IndexSummary {
  private var shards = 0
  private var utterances = 0
  private var rejects = 0
  private var warnings = 0
  private var frames: Int64 = 0
  private var samples: Int64 = 0
  private var seconds = 0.0
  private var speakers: Set<[UInt8]> = []
  private var rejectCodes: [String: Int64] = [:]
  private var warningCodes: [String: Int64] = [:]

  mutating func add(_ record: ShardRecord) {
    shards += 1
    utterances += record.utterances.count
    rejects += record.rejects.count
    warnings += record.warnings.count
    frames &+= record.frameCount
    samples &+= record.sampleCount
    for utterance in record.utterances {
      seconds += utterance.description.durationSeconds
      speakers.insert(Array(utterance.description.speaker.utf8))
    }
    for finding in record.rejects { rejectCodes[finding["code"]?.stringValue ?? "other", default: 0] += 1 }
    for finding in record.warnings { warningCodes[finding["code"]?.stringValue ?? "other", default: 0] += 1 }
  }

  var json: JSONValue {
    func codes(_ counts: [String: Int64]) -> JSONValue {
      .object(
        counts.sorted { precedesInCLocale($0.key, $1.key) }.map { JSONField($0.key, .integer($0.value)) })
    }
    return [
      "shards": .integer(Int64(shards)), "utterances": .integer(Int64(utterances)),
      "speakers": .integer(Int64(speakers.count)), "frames": .integer(frames), "samples": .integer(samples),
      "seconds": .number(seconds), "rejects": .integer(Int64(rejects)),
      "rejects_by_code": codes(rejectCodes), "warnings": .integer(Int64(warnings)),
      "warnings_by_code": codes(warningCodes),
    ]
  }
}
