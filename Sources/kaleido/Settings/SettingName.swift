import Workflows

/// The settings that file and environment may hold beside the feature options, over all commands.
///
/// What names one run's operands or asks something of that run alone (`--out`, `--root`, `--shard`,
/// `--force`, ...) is said on the command line only.
enum SettingName: String, Sendable, CaseIterable {
  case frontEnd = "front-end"
  case preset
  case format
  case compress
  case jobs
  case shardUtterances = "shard-utterances"
  case maxBad = "max-bad"
  case channel
  case relativePaths = "relative-paths"
  case input
  case output
  case key
  case blockFrames = "block-frames"
  case classifier
  case hidden
  case context
  case normalization
  case dropout
  case bidirectional
  case classes
  case epochs
  case batchSegments = "batch-segments"
  case segmentFrames = "segment-frames"
  case shuffleSegments = "shuffle-segments"
  case optimizer
  case momentum
  case weightDecay = "weight-decay"
  case clipNorm = "clip-norm"
  case learningRate = "learning-rate"
  case schedule
  case warmUp = "warm-up"
  case labelSmoothing = "label-smoothing"
  case patience
  case trainSplit = "train-split"
  case devSplit = "dev-split"
  case split
  case withSA = "with-sa"

  /// Names that settings had before, which are still read.
  static let aliases = ["front-end": ["features"]]
}
