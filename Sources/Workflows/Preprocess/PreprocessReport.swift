package import Archives
package import Corpus
package import StageGraph

/// The result of a run of `preprocess`, and the content of the directory afterward.
package struct PreprocessReport: Sendable {
  package var directory: String
  package var format: ArchiveFormat
  package var summary: String
  package var channels: Int
  /// Utterances in the corpus.
  package var utterancesTotal: Int
  package var speakersTotal: Int
  /// Shards that this run did, and those of its part that were there already.
  package var shardsDone: Int
  package var shardsKept: Int
  package var shardsTotal: Int
  /// The content of the committed shards.
  package var utterancesStored: Int
  package var frames: Int64
  package var audioSeconds: Double
  package var bytes: Int64
  /// Everything that was left out, in key order, then findings of no utterance.
  package var rejects: [Finding]
  package var warnings: [Finding]
  /// Files that had changed since they were read; their shards were done again.
  package var changes: [Finding]
  /// Whether every shard of the corpus is committed, and so the indexes are written.
  package var isWhole: Bool
  package var indexes: [String]
  /// Whether paths in the indexes are relative to the directory.
  package var usesRelativePaths: Bool
  /// Notes for the user of the indexes.
  package var notes: [IndexNote]
  /// Utterances and audio that this run read.
  package var utterancesRead: Int
  package var audioSecondsRead: Double
  package var wallSeconds: Double
  package var meters: [StageMeter]
  /// Whether there are more rejects than the options allow.
  package var exceedsRejectLimit: Bool
}
