import Files

/// A shard whose bytes are all there, under temporary names; dropped, it leaves nothing behind.
///
/// Move-only; `@unchecked Sendable` because nothing else refers to its files any more.
package struct FinishedShard: ~Copyable, @unchecked Sendable {
  package let number: Int
  let set: ShardSet
  let source: String?
  let outputs: [PendingOutput]
  let utterances: [ShardRecord.Utterance]
  let rejects: [JSONValue]
  let warnings: [JSONValue]
}
