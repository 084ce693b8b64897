package import Archives
package import Corpus
import Files
import Foundations
import StageGraph

/// The search for utterances whose files have changed since a directory's shards were made of them.
///
/// A file with the stamp of the cache is the same; else its size is compared, then its content.
package struct StaleInputs: Sendable {
  let directory: OutputDirectory
  let catalog: CorpusCatalog
  let progress: WorkProgress
  let jobs: Int
  /// The files that matter.
  package var roles = Set(UtteranceInput.Role.allCases)
  /// Whether the content of files is compared where cache and size do not decide.
  package var comparesContent = true

  package init(directory: OutputDirectory, catalog: CorpusCatalog, jobs: Int, progress: WorkProgress) {
    self.directory = directory
    self.catalog = catalog
    self.jobs = jobs
    self.progress = progress
  }

  package struct Found: Sendable, Equatable {
    /// A finding for each file that has changed, in the order of shards.
    package var changes: [Finding] = []
    /// Shards with such files.
    package var shards: [Int] = []
    /// Utterances of the catalog that the shards were made of, by index.
    package var indices: [Int] = []
    /// Keys of the shards that the catalog does not have.
    package var gone: [String] = []

    package init() {}
  }

  private struct ShardNumber: GraphMessage {
    let number: Int
  }

  private struct ExaminedShard: GraphMessage {
    let number: Int
    let found: Found
  }

  /// Looks at committed shards, several at a time.
  ///
  /// - Parameter indices: the utterances that matter, by index in the catalog; all if nil.
  /// - Throws: `FileError` for a system that fails; cancelling the task ends it promptly.
  package func find(in shards: [Int], of indices: Set<Int>? = nil) async throws -> Found {
    guard !shards.isEmpty else { return Found() }
    progress.enter(.verifying, items: shards.count)
    let result = Guarded(Found())
    let digests = InputDigests()
    let blueprint = GraphBlueprint("stale")
    let numbers = blueprint.add(
      Source<ShardNumber>.each("Shards", of: shards.map { ShardNumber(number: $0) }))
    let examiner = Stage<ShardNumber, ExaminedShard>.map(
      "InputExaminer", workers: max(1, min(jobs, shards.count))
    ) { shard in
      ExaminedShard(number: shard.number, found: try examine(shard.number, of: indices, digests))
    }
    let examined = blueprint.join(numbers, to: examiner)
    blueprint.join(
      examined,
      to: Sink<ExaminedShard>.each("Stale") { shard in
        result.withLock { result in
          if !shard.found.changes.isEmpty { result.shards.append(shard.number) }
          result.changes += shard.found.changes
          result.indices += shard.found.indices
          result.gone += shard.found.gone
        }
        progress.finishItem(rejected: false)
      })
    _ = try await blueprint.run()
    try Task.checkCancellation()
    return result.withLock { $0 }
  }

  private func examine(_ shard: Int, of indices: Set<Int>?, _ digests: InputDigests) throws -> Found {
    var found = Found()
    guard let record = try directory.record(ofShard: shard) else { return found }
    let held = directory.inputStamps(ofShard: shard)
    var current = InputStamps()
    for inputs in record.inputs {
      try Task.checkCancellation()
      guard let index = catalog.index(ofKey: inputs.key) else {
        found.gone.append(inputs.key)
        continue
      }
      found.indices.append(index)
      guard indices?.contains(index) ?? true else { continue }
      let utterance = catalog.utterances[index]
      let now = catalog.inputs(of: utterance).filter { roles.contains($0.role) }
      for input in now {
        let role = input.role.rawValue
        let recorded = inputs.files.first { $0.role == role }
        let comparison = try compare(input, with: recorded, held.stamps[inputs.key]?[role], digests)
        if let stamp = comparison.stamp { current.stamps[inputs.key, default: [:]][role] = stamp }
        guard let difference = comparison.difference else { continue }
        found.changes.append(
          change(utterance, input.role, input.shown, difference.expected, difference.found))
      }
      // What was read and is no part of the utterance anymore, or may not be read.
      for file in inputs.files where !now.contains(where: { $0.role.rawValue == file.role }) {
        guard let role = UtteranceInput.Role(rawValue: file.role), roles.contains(role) else { continue }
        found.changes.append(
          change(utterance, role, Sanitized.path(utterance.audioPath), "\(file.bytes) bytes", "nothing"))
      }
    }
    if found.changes.isEmpty, directory.isWritable, roles.count == UtteranceInput.Role.allCases.count,
      current != held
    {
      directory.write(current, of: try record.bytes(), ofShard: shard)
    }
    return found
  }

  private func change(
    _ utterance: Utterance, _ role: UtteranceInput.Role, _ path: String, _ expected: String, _ found: String
  ) -> Finding {
    Finding(
      .warning, .changed, path: path, field: role.rawValue, expected: expected, found: found,
      utterance: utterance.key)
  }

  private struct Comparison {
    var difference: (expected: String, found: String)?
    /// Of a file that is known to be the same.
    var stamp: InputStamp?
  }

  private func compare(
    _ input: UtteranceInput, with recorded: ShardRecord.Input?, _ held: InputStamp?, _ digests: InputDigests
  ) throws(FileError) -> Comparison {
    func bytes(_ count: Int64?) -> String { count.map { "\($0) bytes" } ?? "nothing" }
    if case .file(let path) = input.content {
      let stamp = try digests.stamp(of: path)
      guard stamp?.bytes == recorded?.bytes else {
        return Comparison(difference: (bytes(recorded?.bytes), bytes(stamp?.bytes)))
      }
      guard let stamp, stamp != held, comparesContent else { return Comparison(stamp: held) }
    }
    guard let state = try digests.state(of: input) else {
      return Comparison(difference: recorded.map { (bytes($0.bytes), "nothing that can be read") })
    }
    guard let recorded, recorded.sha256 == state.sha256 else {
      return Comparison(
        difference: (
          recorded.map { "SHA-256 \($0.sha256.prefix(16))" } ?? "nothing",
          "SHA-256 \(state.sha256.prefix(16))"
        ))
    }
    return Comparison(stamp: state.stamp)
  }
}
