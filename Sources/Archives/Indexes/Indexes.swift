package import Files

extension OutputDirectory {
  /// Writes the indexes from the records.
  ///
  /// Every format has `manifest.jsonl`, `rejects.jsonl`, `warnings.jsonl`, `summary.json`, and
  /// `manifest_normalized.jsonl` for normalized features; the others are those of the format's definition.
  /// Rejects are those of the records, then those of `corpus_findings.jsonl`, which are in no shard. An
  /// index that already has the same bytes is not written. Afterward, superseded files of shards are removed
  /// unless another run is active in the directory. Records are read one at a time; memory grows with the
  /// number of speakers and, for `spk2utt`, of keys.
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
    let files = IndexFiles { () throws(FileError) in
      try TemporaryFile(path: self.temporaryPath("index"), store: self.store, limit: WriteBuffer.features)
    }
    let context = IndexContext(
      paths: IndexPaths(
        directory: path, corpusRoot: options.corpusRoot, isRelative: options.usesRelativePaths),
      files: files, configuration: configuration, featureType: options.featureType)
    var sums = configuration.storesCmvnStatistics ? CMVNSums(channels: configuration.channels) : nil
    var indexes = try makeIndexes(context, .raw)
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
        for index in indexes.indices { try indexes[index].add(utterance, in: record, found) }
        let values = try ArchiveError.onFiles { () throws(FileError) in
          try reader?.statistics(of: utterance)
        }
        if let values { sums?.add(values, speaker: utterance.description.speaker) }
      }
      for finding in record.rejects { try files.append(finding, to: "rejects.jsonl") }
      for finding in record.warnings { try files.append(finding, to: "warnings.jsonl") }
      summary.add(record)
    }
    for finding in try ArchiveError.onFiles({ () throws(FileError) in try unnamedRejects() }) {
      try files.append(finding, to: "rejects.jsonl")
      summary.add(reject: finding)
    }
    var notes: [IndexNote] = []
    for index in indexes.indices { notes += try indexes[index].finish(sums: sums) }
    if configuration.storesNormalized { try addNormalized(context, &superseded, checkpoint) }
    var bytes: [UInt8] = []
    summary.json.appendIndented(to: &bytes)
    try files.append(bytes + [UInt8(ascii: "\n")], to: "summary.json")
    return try ArchiveError.onFiles { () throws(FileError) in
      var report = try install(files, checkpoint)
      report.notes = notes
      try superseded.sweep(checkpoint)
      return report
    }
  }

  /// Begins the indexes of every format, and those of this one.
  private func makeIndexes(
    _ context: IndexContext, _ set: ShardSet
  ) throws(ArchiveError) -> [any FormatIndex] {
    let manifest: any FormatIndex = try ManifestIndex(context, set)
    return [manifest] + (try configuration.format.definition.makeIndexes(context, set))
  }

  private func addNormalized(
    _ context: IndexContext, _ superseded: inout SupersededFiles, _ checkpoint: Checkpoint
  ) throws(ArchiveError) {
    let sources = try ArchiveError.onFiles { () throws(FileError) in
      try ShardSources(of: self, checkpoint: checkpoint)
    }
    var indexes = try makeIndexes(context, .normalized)
    for number in 0..<shardCount {
      let record = try committedRecord(ofShard: number, set: .normalized)
      guard record.sourceSHA256 != nil, record.sourceSHA256 == sources.source(ofShard: number) else {
        throw .shardsMissing(numbers: [number])
      }
      superseded.keep(record)
      let found = RecordFiles(record)
      for utterance in record.utterances {
        try ArchiveError.onFiles { () throws(FileError) in try checkpoint(0) }
        for index in indexes.indices { try indexes[index].add(utterance, in: record, found) }
      }
    }
    for index in indexes.indices { _ = try indexes[index].finish(sums: nil) }
  }

  /// Renames indexes to their names and removes those left out.
  ///
  /// An index that already has the same bytes is not replaced, so a second run writes nothing.
  func install(_ indexes: IndexFiles, _ checkpoint: Checkpoint) throws(FileError) -> IndexReport {
    var report = IndexReport()
    for name in indexes.files.keys.sorted(by: precedesInCLocale) {
      guard let file = indexes.files[name] else { continue }
      let bytes = file.position
      let record = ShardRecord.File(role: .features, path: name, bytes: bytes, sha256: try file.digest())
      let target = absolutePath(of: name)
      if try fault(of: record, at: target, verifyingChecksums: true, checkpoint: checkpoint) == nil {
        report.unchanged.append(name)
      } else {
        try file.putOnDisk()
        try store.rename(file.path, to: target)
        file.keep()
        report.written.append(name)
      }
      indexes.release(name)
    }
    for name in indexes.leftOut { try store.remove(absolutePath(of: name)) }
    // What is there already may have been renamed by runs that were killed before they waited for the disk.
    for folder in ["\(path)/shards", "\(path)/records", path] { try store.syncFolder(folder) }
    return report
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
    warnings += record.warnings.count
    frames &+= record.frameCount
    samples &+= record.sampleCount
    for utterance in record.utterances {
      seconds += utterance.description.durationSeconds
      speakers.insert(Array(utterance.description.speaker.utf8))
    }
    for finding in record.rejects { add(reject: finding) }
    for finding in record.warnings { warningCodes[finding["code"]?.stringValue ?? "other", default: 0] += 1 }
  }

  mutating func add(reject finding: JSONValue) {
    rejects += 1
    rejectCodes[finding["code"]?.stringValue ?? "other", default: 0] += 1
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
