import Archives
import Corpus
import DataManifests
import FrontEnds
import StageGraph

extension PreprocessPlan {
  /// Does the shards of this run's part that are missing or wrong, and writes the indexes once all are committed.
  ///
  /// Cancelling the task stops the run promptly and leaves no temporary file; what is committed stays.
  ///
  /// Throws ``Failure``.
  package func run(progress: WorkProgress = WorkProgress()) async throws(Failure) -> PreprocessReport {
    do {
      let start = ContinuousClock.now
      let started = WallClock.now
      let directory = try OutputDirectory.create(
        at: options.outputDirectory, configuration: configuration, discardingOther: options.discardsOther)
      let before = try directory.status(part: options.part, verifyingChecksums: !options.trustsCommitted)
      let todo = try todo(directory, before)
      let old = try before.committed.filter(Set(todo).contains).compactMap {
        try directory.record(ofShard: $0)
      }
      let work = work(of: todo)
      progress.expect(
        items: work.count, bytes: work.reduce(0) { $0 + catalog.utterances[$1.place].audioByteCount })
      var meters: [StageMeter] = []
      if !todo.isEmpty {
        meters = try await makeGraph(shards: todo, progress: progress) { directory }.run()
      }
      try Task.checkCancellation()
      try removeSuperseded(old, directory)
      let indexes = try await finish(directory)
      try directory.appendProvenance(provenance(start: started, done: todo.count))
      var report = try report(on: directory, indexes: indexes)
      report.shardsDone = todo.count
      report.shardsKept = Set(before.committed).subtracting(todo).count
      report.meters = meters
      report.utterancesRead = work.count
      report.audioSecondsRead = progress.snapshot.audioSeconds
      report.wallSeconds = (ContinuousClock.now - start) / .seconds(1)
      return report
    } catch {
      throw Failure(error)
    }
  }

  /// The shards that are missing or wrong, and those to be tried again.
  private func todo(_ directory: OutputDirectory, _ status: DirectoryStatus) throws(ArchiveError) -> [Int] {
    var todo = Set(status.todo(part: options.part))
    guard options.retriesRejects else { return todo.sorted() }
    for shard in status.committed {
      if let record = try directory.record(ofShard: shard), !record.rejects.isEmpty { todo.insert(shard) }
    }
    return todo.sorted()
  }

  /// Removes the files of shards that were done again and now have others.
  private func removeSuperseded(_ old: [ShardRecord], _ directory: OutputDirectory) throws(ArchiveError) {
    for record in old {
      let kept = Set(
        try directory.record(ofShard: record.shard)?.files.map(\.path) ?? record.files.map(\.path))
      for file in record.files where !kept.contains(file.path) {
        directory.store.removeQuietly(directory.absolutePath(of: file.path))
      }
    }
  }

  private func provenance(start: String, done: Int) -> JSONValue {
    [
      "time": .string(start), "host": .string(WallClock.hostName),
      "command": .array(options.commandLine.map { .string($0) }), "corpus": .string(catalog.root),
      "shards_done": .integer(Int64(done)),
    ]
  }

  private func report(on directory: OutputDirectory, indexes: IndexReport?) throws -> PreprocessReport {
    var rejects: [Finding] = []
    var warnings: [Finding] = []
    var report = PreprocessReport(
      directory: directory.path, format: options.format, summary: frontEnd.summary,
      channels: frontEnd.channels,
      utterancesTotal: catalog.utterances.count, speakersTotal: Set(catalog.utterances.map(\.speaker)).count,
      shardsDone: 0, shardsKept: 0, shardsTotal: directory.shardCount, utterancesStored: 0, frames: 0,
      audioSeconds: 0, bytes: 0, rejects: [], warnings: [], isWhole: indexes != nil,
      indexes: (indexes.map { $0.written + $0.unchanged } ?? []).sorted(),
      notes: indexes?.notes ?? [], utterancesRead: 0, audioSecondsRead: 0, wallSeconds: 0, meters: [],
      exceedsMaximumBad: false)
    for shard in 0..<directory.shardCount where options.part.holds(shard) {
      guard let record = try directory.record(ofShard: shard) else { continue }
      report.utterancesStored += record.utterances.count
      report.frames += record.frameCount
      report.audioSeconds += record.utterances.reduce(0) { $0 + $1.description.durationSeconds }
      report.bytes += record.files.reduce(0) { $0 + $1.bytes }
      rejects += record.rejects.compactMap(FindingJSON.finding)
      warnings += record.warnings.compactMap(FindingJSON.finding).filter { $0.utterance != nil }
    }
    for finding in catalog.findings where finding.utterance == nil {
      if finding.severity == .reject { rejects.append(finding) } else { warnings.append(finding) }
    }
    report.rejects = rejects
    report.warnings = warnings
    report.exceedsMaximumBad = !options.maximumBad.allows(rejects.count, of: catalog.utterances.count)
    return report
  }

  /// Normalises what can be normalised now, and writes the indexes if every shard is committed; nil if not.
  private func finish(_ directory: OutputDirectory) async throws -> IndexReport? {
    try await directory.normaliseWhatIsMissing(
      jobs: options.jobs, part: options.part, verifyingChecksums: !options.trustsCommitted)
    guard try directory.status(verifyingChecksums: false).isWhole else { return nil }
    if configuration.storesNormalised {
      guard try directory.status(set: .normalised, verifyingChecksums: false).isWhole else { return nil }
    }
    var report = try directory.writeIndexes(
      IndexOptions(
        corpusRoot: catalog.root, usesRelativePaths: options.usesRelativePaths,
        featureType: "kaleido-\(options.row.name.rawValue)"))
    report.unchanged += try directory.writePhoneTables(data.phoneSet)
    return report
  }
}
