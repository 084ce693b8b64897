package import Archives
import DataManifests
import Files
import FrontEnds
import StageGraph
package import Stages

/// The indexes of a directory whose shards are all there.
package struct FinishedDirectory: Sendable {
  package var directory: String
  package var written: [String]
  package var unchanged: [String]
  /// Notes for the user of the indexes.
  package var notes: [IndexNote]
  package var rejects: RejectTally

  /// Writes the indexes of a directory, and first what `cmvn` of speakers or of everything could not do
  /// before.
  package static func finish(
    _ path: String, _ asked: FinishOptions, progress: WorkProgress = WorkProgress()
  ) async throws -> FinishedDirectory {
    let directory = try OutputDirectory.open(at: path, forWriting: true)
    let last = try directory.provenance.values().last
    var settings = try FinishSettings(of: directory)
    settings.usesRelativePaths = asked.usesRelativePaths ?? settings.usesRelativePaths
    guard let root = asked.corpusRoot ?? last?["corpus"]?.stringValue else {
      throw WorkflowError.corpusRootUnknown(directory: path)
    }
    try await directory.normalizeWhatIsMissing(jobs: asked.jobs, progress: progress)
    try settings.write(to: directory)
    let options = directory.configuration.options
    progress.enter(.indexing, items: directory.shardCount)
    var rejects = 0
    var report = try directory.writeIndexes(
      IndexOptions(
        corpusRoot: root, usesRelativePaths: settings.usesRelativePaths,
        featureType: "kaleido-\(options["row"]?.stringValue ?? "mel")"),
      visit: { record in
        rejects += record.rejects.count
        progress.finishItem(rejected: false)
      })
    let phoneSet = try DataManifests.locate(explicit: asked.dataFolder).phoneSet
    try directory.requirePhoneTable(of: phoneSet)
    try directory.writePhoneTables(phoneSet, into: &report)
    return FinishedDirectory(
      directory: directory.path, written: report.written, unchanged: report.unchanged, notes: report.notes,
      rejects: try RejectTally(directory, rejectsInShards: rejects, limit: settings.rejectLimit))
  }

  /// The report as JSON, indented, a newline at the end.
  package var json: String {
    let value: JSONValue = [
      "directory": .string(directory), "written": .array(written.map { .string($0) }),
      "unchanged": .array(unchanged.map { .string($0) }), "notes": .array(notes.map { .string($0.text) }),
      "rejects": .integer(Int64(rejects.rejects)), "max_bad": .string(rejects.limit.text),
      "too_many_bad": .bool(rejects.isExceeded),
    ]
    var out: [UInt8] = []
    value.appendIndented(to: &out)
    return String(decoding: out, as: UTF8.self) + "\n"
  }
}

extension OutputDirectory {
  /// Refuses a phone set other than the one that the labels are of.
  func requirePhoneTable(of phoneSet: PhoneSet) throws {
    guard !configuration.labels.isEmpty, let held = configuration.options["phone-table-sha256"]?.stringValue
    else { return }
    let found = try sha256(phoneSet.canonicalTable)
    guard held != found else { return }
    throw FileError.configurationDiffers(
      path: absolutePath(of: "config.json"),
      fields: [ConfigurationDifference(field: "options.phone-table-sha256", directory: held, run: found)])
  }

  /// Writes, for each phone set whose labels are stored, `phonesNN.txt`: a symbol and its label a line, as
  /// Kaldi's `phones.txt` has it.
  func writePhoneTables(_ phoneSet: PhoneSet, into report: inout IndexReport) throws(FileError) {
    for folding in configuration.labels {
      let lines = phoneSet.symbols(folding).enumerated().map { "\($1) \($0)\n" }
      let name = "phones\(folding.rawValue).txt"
      if try replaceIfOther(name, with: Array(lines.joined().utf8)) {
        report.written.append(name)
      } else {
        report.unchanged.append(name)
      }
    }
  }

  /// Normalizes the committed shards whose normalized set is missing or wrong; does nothing where there is no
  /// such set.
  ///
  /// - Parameters:
  ///   - part: the shards to look at; the normalization over speakers or the whole corpus wants all of them
  ///     committed.
  ///   - verifyingChecksums: of the normalized files that are there.
  func normalizeWhatIsMissing(
    jobs: Int, part: ShardPart = .whole, verifyingChecksums: Bool = true, progress: WorkProgress
  ) async throws {
    guard configuration.storesNormalized else { return }
    let options = configuration.options
    let scope = options["cmvn"]?.stringValue.flatMap(CMVNScope.init) ?? .none
    let isWhole = try status(verifyingChecksums: false).isWhole
    guard isWhole || scope == .utterance else { return }
    // Statistics of more than an utterance are whole only when all shards are; whoever finds them so does the
    // rest.
    let part = scope == .utterance ? part : .whole
    let committed = Set(try status(part: part, verifyingChecksums: false).committed)
    let todo = try await ShardVerification(directory: self, progress: progress, jobs: jobs)
      .status(part: part, set: .normalized, verifyingChecksums: verifyingChecksums)
      .todo(part: part).filter(committed.contains)
    guard !todo.isEmpty else { return }
    let pass = try NormalizationPass(
      self, scope: scope, normalizesVariance: options["cmvn-norm-vars"]?.boolValue ?? false)
    progress.enter(.normalizing, items: todo.count)
    _ = try await pass.makeGraph(shards: todo, jobs: jobs, progress: progress).run()
    try Task.checkCancellation()
  }
}
