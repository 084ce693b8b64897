import Archives
import Corpus
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
      let directory = try OutputDirectory.create(
        at: options.outputDirectory, configuration: configuration, discardingOther: options.discardsOther)
      let before = try directory.status(part: options.part, verifyingChecksums: !options.trustsCommitted)
      let todo = before.todo(part: options.part)
      let work = work(of: todo)
      progress.expect(
        items: work.count, bytes: work.reduce(0) { $0 + catalog.utterances[$1.place].audioByteCount })
      var meters: [StageMeter] = []
      if !todo.isEmpty {
        meters = try await makeGraph(directory: directory, shards: todo, progress: progress).run()
      }
      try Task.checkCancellation()
      let indexes = try finish(directory)
      var report = try report(on: directory, indexes: indexes)
      report.shardsDone = todo.count
      report.shardsKept = before.committed.count
      report.meters = meters
      report.utterancesRead = work.count
      report.audioSecondsRead = progress.snapshot.audioSeconds
      report.wallSeconds = (ContinuousClock.now - start) / .seconds(1)
      return report
    } catch {
      throw Failure(error)
    }
  }

  private func report(on directory: OutputDirectory, indexes: [String]?) throws -> PreprocessReport {
    var rejects: [Finding] = []
    var warnings: [Finding] = []
    var report = PreprocessReport(
      directory: directory.path, format: options.format, summary: frontEnd.summary, channels: frontEnd.channels,
      utterancesTotal: catalog.utterances.count, speakersTotal: Set(catalog.utterances.map(\.speaker)).count,
      shardsDone: 0, shardsKept: 0, shardsTotal: directory.shardCount, utterancesStored: 0, frames: 0,
      audioSeconds: 0, bytes: 0, rejects: [], warnings: [], isWhole: indexes != nil, indexes: indexes ?? [],
      utterancesRead: 0, audioSecondsRead: 0, wallSeconds: 0, meters: [], exceedsMaximumBad: false)
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

  /// The indexes, if every shard is committed; nil otherwise.
  private func finish(_ directory: OutputDirectory) throws -> [String]? {
    let status = try directory.status(verifyingChecksums: false)
    guard status.isWhole else { return nil }
    return []
  }
}
