import Files

/// A complete shard under temporary names, which is removed on deinit.
///
/// Invariant behind `@unchecked Sendable`: it is move-only, and nothing else refers to its files.
package struct FinishedShard: ~Copyable, @unchecked Sendable {
  package let number: Int
  let set: ShardSet
  let source: String?
  let outputs: [PendingOutput]
  let utterances: [ShardRecord.Utterance]
  let rejects: [JSONValue]
  let warnings: [JSONValue]
  let inputs: [ShardRecord.Inputs]
  let stamps: InputStamps
}
