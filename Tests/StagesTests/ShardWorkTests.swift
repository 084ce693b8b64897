import Archives
import Testing

@testable import Stages

@Suite("ShardWork") struct ShardWorkTests {
  private func work(shards: [Int]) throws -> ShardWork {
    let layout = try ShardLayout(keys: (0..<10).map { "FAAA0_SX\($0)" }, shardUtterances: 4)
    return ShardWork(layout: layout, shards: shards)
  }

  @Test("the utterances are those of the shards, in key order")
  func utterances() throws {
    #expect(try work(shards: [0, 2]).utterances == [0, 1, 2, 3, 8, 9])
    #expect(try work(shards: []).utterances == [])
  }

  @Test("every utterance knows its shard, and the last of a shard, short or full, ends it")
  func ends() throws {
    let work = try work(shards: [0, 1, 2])
    #expect(work.utterances.map(work.shard(ofUtterance:)) == [0, 0, 0, 0, 1, 1, 1, 1, 2, 2])
    #expect(work.utterances.filter(work.isLastOfShard) == [3, 7, 9])
  }
}
