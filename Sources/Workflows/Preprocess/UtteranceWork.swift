import StageGraph

/// One utterance to be done, and its place in the shards.
struct UtteranceWork: GraphMessage {
  static var messageName: String { "Utterance" }

  /// The place in the catalogue.
  let place: Int
  let shard: Int
  let isFirstOfShard: Bool
  let isLastOfShard: Bool
}
