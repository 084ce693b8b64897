import Archives
import Files
import FrontEnds
import Signal
import StageGraph
import Stages

/// The second pass of CMVN by utterance, speaker or corpus: committed rows are read again, normalized, and
/// written beside the raw ones.
///
/// Statistics of the whole utterance, speaker or corpus are known only when the first pass has been there;
/// reading its archives again holds no utterance in memory.
struct NormalizationPass: Sendable {
  let directory: OutputDirectory
  let scope: CMVNScope
  let normalizesVariance: Bool
  let sums: CMVNSums
  /// Taken before anything is read, so that a run that changes a shard meanwhile makes the result stale, not
  /// wrong.
  let sources: ShardSources
  let rowPool: BufferPool<Float>

  /// Rows read and written at once.
  let blockRows: Int

  init(_ directory: OutputDirectory, scope: CMVNScope, normalizesVariance: Bool) throws {
    self.directory = directory
    self.scope = scope
    self.normalizesVariance = normalizesVariance
    sources = try ShardSources(of: directory)
    let channels = directory.configuration.channels
    // An utterance's own statistics are in its shard.
    sums = scope == .utterance ? CMVNSums(channels: channels) : try directory.cmvnSums()
    blockRows = min(512, max(1, BlockSize.preferredValues / channels))
    rowPool = BufferPool(elementsPerBuffer: blockRows * channels)
  }

  /// A shard to be normalized.
  struct ShardNumber: GraphMessage {
    let number: Int
  }

  func makeGraph(shards: [Int], jobs: Int, progress: WorkProgress) -> GraphBlueprint {
    let blueprint = GraphBlueprint("normalize")
    let numbers = blueprint.add(
      Source<ShardNumber>.each("Shards", of: shards.map { ShardNumber(number: $0) }))
    let normalizer = Stage<ShardNumber, FinishedShard>.map("Normalizer", workers: jobs) { shard in
      try normalize(shard.number)
    }
    let finished = blueprint.join(numbers, to: normalizer, capacity: 1)
    let committer = ShardCommitter(directory: directory)
    blueprint.join(
      finished,
      to: Sink<FinishedShard>.each("ShardCommitter", placement: .ownThread) { shard in
        try committer.commit(shard)
        progress.finishItem(rejected: false)
      }, capacity: 1)
    return blueprint
  }

  private func normalize(_ number: Int) throws -> FinishedShard {
    guard let source = sources.source(ofShard: number), let record = try directory.record(ofShard: number)
    else {
      throw ArchiveError.shardsMissing(numbers: [number])
    }
    let reader = ShardReader(directory: directory, record: record)
    var writer = try ShardWriter(
      directory: directory, shard: number, keys: record.utterances.map(\.description.key), set: .normalized,
      source: source)
    let channels = directory.configuration.channels
    var slab = try rowPool.acquire()
    for utterance in record.utterances {
      try Task.checkCancellation()
      let normalization = try CMVNNormalization(
        statistics(for: utterance, reader), normalizesVariance: normalizesVariance)
      try writer.begin(utterance.description)
      let total = utterance.description.frameCount
      for first in stride(from: 0, to: total, by: blockRows) {
        let count = min(blockRows, total - first)
        slab.count = count * channels
        let rows = UnsafeMutableBufferPointer(start: slab.base, count: slab.count)
        try reader.readFeatures(of: utterance, from: first, count: count, into: rows)
        normalization.apply(to: rows)
        try writer.append(UnsafeBufferPointer(rows))
      }
      try writer.commitUtterance()
    }
    return try writer.finish()
  }

  private func statistics(
    for utterance: ShardRecord.Utterance, _ reader: borrowing ShardReader
  ) throws -> CMVNStatistics {
    let values: [Double] =
      switch scope {
      case .speaker:
        sums.values(speaker: utterance.description.speaker) ?? sums.global
      case .global: sums.global
      case .utterance, .none, .sliding: try reader.statistics(of: utterance)
      }
    return try CMVNStatistics(matrix: values, rows: 2, columns: directory.configuration.channels + 1)
  }
}
