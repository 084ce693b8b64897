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
    try directory.writePhoneTables(into: &report)
    return FinishedDirectory(
      directory: directory.path, written: report.written, unchanged: report.unchanged, notes: report.notes,
      rejects: try RejectTally(directory, rejectsInShards: rejects, limit: settings.rejectLimit))
  }

  /// The report as JSON, indented, a newline at the end.
  package var json: String {
    let fields = [
      JSONField("directory", .string(directory)), JSONField("written", .array(written.map { .string($0) })),
      JSONField("unchanged", .array(unchanged.map { .string($0) })),
      JSONField("notes", .array(notes.map { .string($0.text) })),
    ]
    var out: [UInt8] = []
    JSONValue.object(fields + rejects.fields).appendIndented(to: &out)
    return String(decoding: out, as: UTF8.self) + "\n"
  }
}

extension OutputDirectory {
  /// The phone set that the labels are of; nil where there are none.
  ///
  /// - Throws: `FileError`, `DataManifestError` for a configuration that holds none.
  func phoneSet() throws -> PhoneSet? {
    guard !configuration.labels.isEmpty else { return nil }
    let path = absolutePath(of: "config.json")
    return try PhoneSet(json: configuration.options["phones"] ?? .null, path: path)
  }

  /// Writes, for each set of labels, `phonesNN.txt`: a symbol and its label a line, as Kaldi's `phones.txt`
  /// has it.
  func writePhoneTables(into report: inout IndexReport) throws {
    let phones = try phoneSet()
    for set in configuration.labels {
      guard let folding = phones?.folding(named: set.name) else { continue }
      let lines = folding.symbols.enumerated().map { "\($1) \($0)\n" }
      if try replaceIfOther(set.tableName, with: Array(lines.joined().utf8)) {
        report.written.append(set.tableName)
      } else {
        report.unchanged.append(set.tableName)
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

extension PhoneSet {
  /// The set as a directory's configuration holds it.
  var directoryJSON: JSONValue {
    get throws(FileError) { .object([JSONField("sha256", .string(try sha256))] + (json.objectValue ?? [])) }
  }
}
