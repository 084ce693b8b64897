package import Archives

/// The shards that a run of `preprocess` does, and the utterances in them.
package struct ShardWork: Sendable {
  package let layout: ShardLayout
  package let shards: [Int]

  package init(layout: ShardLayout, shards: [Int]) {
    self.layout = layout
    self.shards = shards
  }

  /// Indices in the catalog of the utterances of the shards, in key order.
  package var utterances: [Int] { shards.flatMap { layout.range(ofShard: $0) } }

  /// The shard that an utterance belongs to.
  func shard(ofUtterance index: Int) -> Int { index / layout.shardUtterances }

  /// Whether no utterance of its shard comes after this one.
  func isLastOfShard(_ index: Int) -> Bool {
    index + 1 == layout.range(ofShard: shard(ofUtterance: index)).upperBound
  }
}
