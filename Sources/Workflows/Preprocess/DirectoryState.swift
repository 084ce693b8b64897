package import Archives
import Files
package import Stages

/// The content of an output directory, for `status` and `verify`.
package struct DirectoryState: Sendable {
  package var directory: String
  package var format: ArchiveFormat
  package var options: String
  package var shardsTotal: Int
  package var committed: Int
  package var missing: [Int]
  /// Shards whose files differ from their records, and how.
  package var wrong: [(shard: Int, faults: [String])]
  package var utterances: Int
  package var utterancesTotal: Int
  package var rejects: RejectTally
  package var warnings: Int
  package var frames: Int64
  package var bytes: Int64

  package var isWhole: Bool { missing.isEmpty && wrong.isEmpty }

  /// - Parameter jobs: shards that are verified at once.
  ///
  /// Canceling the task ends it promptly.
  package init(
    of path: String, verifyingChecksums: Bool, jobs: Int = 1, progress: WorkProgress = WorkProgress()
  ) async throws {
    let directory = try OutputDirectory.open(at: path, forWriting: false)
    self.directory = directory.path
    format = directory.configuration.format
    options = directory.configuration.options.text
    shardsTotal = directory.shardCount
    utterancesTotal = directory.configuration.utteranceCount
    let verification = ShardVerification(directory: directory, progress: progress, jobs: jobs)
    let status = try await verification.status(verifyingChecksums: verifyingChecksums)
    committed = status.committed.count
    missing = status.missing
    wrong = status.wrong.map { ($0.shard, $0.faults.map(Self.text)) }
    (utterances, warnings) = (status.utterances, status.warnings)
    rejects = try RejectTally(
      directory, rejectsInShards: status.rejects, limit: try FinishSettings(of: directory).rejectLimit)
    (frames, bytes) = (status.frames, status.bytes)
    guard directory.configuration.storesNormalized else { return }
    let normalized = try await verification.status(set: .normalized, verifyingChecksums: verifyingChecksums)
    missing = Array(Set(missing + normalized.missing)).sorted()
    wrong += normalized.wrong.map { ($0.shard, $0.faults.map { "normalized: \(Self.text($0))" }) }
    bytes += normalized.bytes
  }

  private static func text(_ fault: ShardFault) -> String {
    switch fault {
    case .recordDamaged: "the record cannot be read"
    case .recordForeign(let path): "\(path): the record of another run"
    case .sourceDiffers(let path): "\(path): made of raw features that have changed since"
    case .fileMissing(let path): "\(path): missing"
    case .sizeDiffers(let path, let expected, let found): "\(path): \(found) bytes instead of \(expected)"
    case .checksumDiffers(let path, let expected, let found):
      "\(path): SHA-256 \(found.prefix(16)) instead of \(expected.prefix(16))"
    }
  }

  /// The state as JSON, indented, a newline at the end.
  package var json: String {
    let wrong: [JSONValue] = self.wrong.map {
      ["shard": .integer(Int64($0.shard)), "faults": .array($0.faults.map { .string($0) })]
    }
    let fields =
      [
        JSONField("directory", .string(directory)), JSONField("format", .string(format.rawValue)),
        JSONField("whole", .bool(isWhole)), JSONField("shards", .integer(Int64(shardsTotal))),
        JSONField("committed", .integer(Int64(committed))),
        JSONField("missing", .array(missing.map { .integer(Int64($0)) })), JSONField("wrong", .array(wrong)),
        JSONField("utterances", .integer(Int64(utterances))),
        JSONField("utterances_total", .integer(Int64(utterancesTotal))),
      ] + rejects.fields + [
        JSONField("warnings", .integer(Int64(warnings))), JSONField("frames", .integer(frames)),
        JSONField("bytes", .integer(bytes)),
      ]
    var out: [UInt8] = []
    JSONValue.object(fields).appendIndented(to: &out)
    return String(decoding: out, as: UTF8.self) + "\n"
  }
}
