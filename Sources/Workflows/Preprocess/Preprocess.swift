import Archives
import Corpus
import DataManifests
import Files
import FrontEnds
import StageGraph
package import Stages

extension PreprocessPlan {
  /// Does the shards of this run's part that are missing or wrong, and writes the indexes once all are
  /// committed.
  ///
  /// Cancelling the task stops the run promptly and leaves no temporary file; what is committed stays.
  package func run(progress: WorkProgress = WorkProgress()) async throws -> PreprocessReport {
    let start = ContinuousClock.now
    let started = WallClock.now
    let directory = try OutputDirectory.create(
      at: options.outputDirectory, configuration: configuration, discardingOther: options.replacesExisting)
    try directory.provenance.requireAppendable()
    try FinishSettings(rejectLimit: options.rejectLimit, usesRelativePaths: options.usesRelativePaths)
      .write(to: directory)
    try directory.writeCorpusFindings(catalog.unnamedFindings)
    let before = try await ShardVerification(directory: directory, progress: progress, jobs: options.jobs)
      .status(part: options.part, verifyingChecksums: !options.trustsCommitted)
    let stale = try await stale(
      directory, before, comparingContent: !options.trustsCommitted, progress)
    let todo = try todo(directory, before, stale)
    let work = ShardWork(layout: layout, shards: todo).utterances
    progress.enter(
      .working, items: work.count,
      bytes: work.reduce(0) { $0 + catalog.utterances[$1].audioByteCount })
    var meters: [StageMeter] = []
    if !todo.isEmpty {
      meters = try await makeGraph(shards: todo, progress: progress) { directory }.run()
    }
    try Task.checkCancellation()
    var tally = ShardTally()
    let indexes = try await finish(directory, &tally, progress)
    if indexes == nil {
      for shard in 0..<directory.shardCount {
        if let record = try directory.record(ofShard: shard) { tally.add(record) }
      }
    }
    try directory.provenance.append(provenance(start: started, done: todo.count))
    var report = try report(on: directory, tally, indexes)
    report.shardsDone = todo.count
    // Once all are committed the rest were there, whoever made them; before, this part's alone were looked
    // at.
    report.shardsKept =
      (indexes == nil ? Set(before.committed).subtracting(todo).count : directory.shardCount - todo.count)
    report.changes = stale.changes
    report.meters = meters
    report.utterancesRead = work.count
    report.audioSecondsRead = progress.snapshot.audioSeconds
    report.wallSeconds = (ContinuousClock.now - start) / .seconds(1)
    return report
  }

  /// The changes of the corpus since committed shards were made of it.
  func stale(
    _ directory: OutputDirectory, _ status: DirectoryStatus, comparingContent: Bool, _ progress: WorkProgress
  ) async throws -> StaleInputs.Found {
    var stale = StaleInputs(
      directory: directory, catalog: catalog, jobs: options.jobs, progress: progress)
    stale.comparesContent = comparingContent
    return try await stale.find(in: status.committed)
  }

  /// The shards that are missing or wrong, those of files that have changed, and those to be tried again.
  func todo(
    _ directory: OutputDirectory, _ status: DirectoryStatus, _ stale: StaleInputs.Found
  ) throws(FileError) -> [Int] {
    var todo = Set(status.todo(part: options.part) + stale.shards)
    guard options.retriesRejects else { return todo.sorted() }
    for shard in status.committed {
      if let record = try directory.record(ofShard: shard), !record.rejects.isEmpty { todo.insert(shard) }
    }
    return todo.sorted()
  }

  private func provenance(start: String, done: Int) -> JSONValue {
    [
      "time": .string(start), "host": .string(WallClock.hostName),
      "command": .array(options.commandLine.map { .string($0) }), "corpus": .string(catalog.root),
      "shards_done": .integer(Int64(done)),
    ]
  }

  private func report(
    on directory: OutputDirectory, _ tally: ShardTally, _ indexes: IndexReport?
  ) throws(FileError) -> PreprocessReport {
    var (rejects, warnings) = (tally.rejects, tally.warnings)
    let unnamed = catalog.unnamedFindings
    for finding in unnamed {
      if finding.severity == .reject { rejects.append(finding) } else { warnings.append(finding) }
    }
    // The allowance is the corpus's: of its parts all count that are committed.
    let count = try RejectTally(
      directory, rejectsInShards: tally.rejects.count, limit: options.rejectLimit)
    return PreprocessReport(
      directory: directory.path, format: options.format, summary: frontEnd.summary,
      channels: frontEnd.channels, utterancesTotal: catalog.utterances.count,
      speakersTotal: Set(catalog.utterances.map(\.speaker)).count, shardsDone: 0, shardsKept: 0,
      shardsTotal: directory.shardCount, utterancesStored: tally.utterances, frames: tally.frames,
      audioSeconds: tally.audioSeconds, bytes: tally.bytes, rejects: rejects, warnings: warnings,
      changes: [], isWhole: indexes != nil,
      indexes: (indexes.map { $0.written + $0.unchanged } ?? []).sorted(),
      usesRelativePaths: options.usesRelativePaths, notes: indexes?.notes ?? [], utterancesRead: 0,
      audioSecondsRead: 0, wallSeconds: 0, meters: [],
      exceedsRejectLimit: count.isExceeded)
  }

  /// Normalizes what can be normalized now, and writes the indexes if every shard is committed; nil if not.
  ///
  /// The records are counted on the way.
  private func finish(
    _ directory: OutputDirectory, _ tally: inout ShardTally, _ progress: WorkProgress
  ) async throws -> IndexReport? {
    try await directory.normalizeWhatIsMissing(
      jobs: options.jobs, part: options.part, verifyingChecksums: !options.trustsCommitted, progress: progress
    )
    var counted = ShardTally()
    var report: IndexReport
    progress.enter(.indexing, items: directory.shardCount)
    do {
      report = try directory.writeIndexes(
        IndexOptions(
          corpusRoot: catalog.root, usesRelativePaths: options.usesRelativePaths,
          featureType: "kaleido-\(options.frontEnd.kind.name)")
      ) {
        counted.add($0)
        progress.finishItem(rejected: false)
      }
    } catch ArchiveError.shardsMissing {
      // Other parts are still to be done.
      return nil
    }
    tally = counted
    try directory.writePhoneTables(into: &report)
    return report
  }
}

/// Sums over committed shards.
private struct ShardTally {
  var utterances = 0
  var frames: Int64 = 0
  var audioSeconds = 0.0
  var bytes: Int64 = 0
  var rejects: [Finding] = []
  var warnings: [Finding] = []

  mutating func add(_ record: ShardRecord) {
    utterances += record.utterances.count
    frames += record.frameCount
    audioSeconds += record.utterances.reduce(0) { $0 + $1.description.durationSeconds }
    bytes += record.files.reduce(0) { $0 + $1.bytes }
    rejects += record.rejects.compactMap(FindingJSON.finding)
    warnings += record.warnings.compactMap(FindingJSON.finding)
  }
}
