package import Archives
import Foundations
import StageGraph

/// Looks at the shards of a directory, several at a time, and sums up what it finds.
package struct ShardVerification: Sendable {
  let directory: OutputDirectory
  let progress: WorkProgress
  let jobs: Int

  package init(directory: OutputDirectory, progress: WorkProgress, jobs: Int) {
    self.directory = directory
    self.progress = progress
    self.jobs = jobs
  }

  private struct ShardNumber: GraphMessage {
    let number: Int
  }

  private struct VerifiedShard: GraphMessage {
    let number: Int
    let state: ShardState
  }

  /// The state of all shards of `part`: records, sizes, and checksums unless trusted.
  ///
  /// Cancelling the task ends it within the time that reading 256 KiB takes.
  package func status(
    part: ShardPart = .whole, set: ShardSet = .raw, verifyingChecksums: Bool
  ) async throws -> DirectoryStatus {
    let numbers = (0..<directory.shardCount).filter(part.holds)
    guard !numbers.isEmpty else { return DirectoryStatus() }
    progress.enter(.verifying, items: numbers.count)
    let sources = set == .raw ? nil : try ShardSources(of: directory)
    let status = Guarded(DirectoryStatus())
    let blueprint = GraphBlueprint("verify")
    let shards = blueprint.add(
      Source<ShardNumber>.each("Shards", of: numbers.map { ShardNumber(number: $0) }))
    let (directory, progress) = (directory, progress)
    let verifier = Stage<ShardNumber, VerifiedShard>.map(
      "Verifier", workers: max(1, min(jobs, numbers.count))
    ) {
      shard in
      VerifiedShard(
        number: shard.number,
        state: try directory.state(
          ofShard: shard.number, set: set, sources: sources, verifyingChecksums: verifyingChecksums))
    }
    let verified = blueprint.join(shards, to: verifier)
    // Lanes are merged in order, so the shards come by number.
    blueprint.join(
      verified,
      to: Sink<VerifiedShard>.each("Status") { shard in
        status.withLock { $0.add(shard.state, ofShard: shard.number) }
        progress.finishItem(rejected: false)
      })
    _ = try await blueprint.run()
    try Task.checkCancellation()
    return status.withLock { $0 }
  }
}
