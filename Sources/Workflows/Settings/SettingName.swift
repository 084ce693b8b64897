/// The settings that file and environment may hold beside the feature options, over all commands.
///
/// What names one run's operands or asks something of that run alone (`--out`, `--root`, `--shard`, `--force`, ...) is
/// said on the command line only.
package enum SettingName: String, Sendable, CaseIterable {
  case features
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
}
