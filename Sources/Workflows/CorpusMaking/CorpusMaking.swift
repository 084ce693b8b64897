import Archives
import Files
import Foundations
import StageGraph
package import Stages
import Synthesis

extension CorpusMakingPlan {
  /// Makes the speakers that are missing or wrong, then the files that describe the corpus.
  ///
  /// Cancelling the task stops the run promptly; speakers that are committed stay, and the same call goes on
  /// from there.
  package func run(progress: WorkProgress = WorkProgress()) async throws -> CorpusMakingReport {
    let start = ContinuousClock.now
    let folder = try CorpusFolder(
      options.outputDirectory, configuration: configuration, discardingOther: options.replacesExisting)
    var records = try verified(folder, progress)
    let missing = design.speakers.filter { records[$0.speaker.name] == nil }
    let sentences = missing.flatMap(\.utterances)
    progress.enter(
      .working, items: sentences.count, bytes: sentences.reduce(0) { $0 + $1.text.utf8.count })
    let made = Guarded<[SpeakerRecord]>([])
    var meters: [StageMeter] = []
    if !missing.isEmpty {
      let graph = makeGraph(missing, progress: progress) {
        folder
      } keep: { record in
        made.withLock { $0.append(record) }
      }
      meters = try await graph.run()
    }
    try Task.checkCancellation()
    for record in made.withLock({ $0 }) { records[record.speaker] = record }
    for file in CorpusIndexes(design: design, records: records).files {
      try folder.replace(file.name, with: file.bytes)
    }
    var report = report(records, folder)
    report.speakersDone = missing.count
    report.speakersKept = design.speakers.count - missing.count
    report.meters = meters
    report.audioSecondsMade = progress.snapshot.audioSeconds
    report.wallSeconds = (ContinuousClock.now - start) / .seconds(1)
    return report
  }

  /// The records of speakers that are there already, every file checked.
  private func verified(_ folder: CorpusFolder, _ progress: WorkProgress) throws -> [String: SpeakerRecord] {
    progress.enter(.verifying, items: design.speakers.count)
    var records: [String: SpeakerRecord] = [:]
    for planned in design.speakers {
      try Task.checkCancellation()
      records[planned.speaker.name] = try folder.record(of: planned)
      progress.finishItem(rejected: false)
    }
    try folder.syncNames(of: records.values)
    return records
  }

  private func report(_ records: [String: SpeakerRecord], _ folder: CorpusFolder) -> CorpusMakingReport {
    let counts = CorpusSplitName.allCases.map { split in
      let speakers = design.speakers.filter { $0.speaker.split == split }
      let utterances = speakers.flatMap { records[$0.speaker.name]?.utterances ?? [] }
      let samples = utterances.reduce(0) { $0 + $1.sampleCount }
      return CorpusMakingReport.Count(
        split: split, speakers: speakers.count, utterances: utterances.count,
        audioSeconds: Double(samples) / Double(RenderedUtterance.sampleRateHertz),
        voices: Set(speakers.map(\.speaker.voice.identifier)).sorted(by: precedesInCLocale))
    }
    let phones = Set(records.values.flatMap(\.phones.keys))
    let leftOut = design.speakers.flatMap { planned in
      (records[planned.speaker.name]?.leftOut ?? []).map {
        CorpusMakingReport.LeftOut(
          speaker: planned.speaker.name, name: $0.name, text: $0.text, reason: $0.reason)
      }
    }
    return CorpusMakingReport(
      directory: folder.path, manifest: "\(folder.path)/\(CorpusIndexes.manifestName)", counts: counts,
      distinctPhones: phones.count, missingPhones: phoneSymbols.filter { !phones.contains($0) },
      speakersDone: 0,
      speakersKept: 0, leftOut: leftOut, promptsLeftOut: promptsLeftOut, audioSecondsMade: 0, wallSeconds: 0,
      meters: [])
  }
}
