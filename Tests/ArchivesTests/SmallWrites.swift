import Archives
import Files
import Testing

/// A configuration with nothing beside the features.
func plain(_ format: ArchiveFormat, channels: Int, utterances: Int) -> DirectoryConfiguration {
  DirectoryConfiguration(
    format: format, channels: channels, storesCmvnStatistics: false, utteranceCount: utterances,
    manifestSHA256: "m", arithmeticFingerprint: "f", options: [:])
}

/// Commits shard 0 with these utterances, labels given to each.
@discardableResult
func write(
  _ directory: OutputDirectory, _ utterances: [(key: String, values: [Float])], labels: [Int32] = []
) throws -> ShardRecord {
  let channels = directory.configuration.channels
  var writer = try ShardWriter(directory: directory, shard: 0, keys: utterances.map(\.key))
  for (key, values) in utterances {
    try writer.begin(
      UtteranceDescription(
        key: key, speaker: String(key.prefix { $0 != "_" }), audioPath: "\(key).WAV", container: .riff,
        sampleRateHertz: 16000, sampleCount: 16000, frameCount: values.count / channels))
    try values.withUnsafeBufferPointer { try writer.append($0) }
    for classes in directory.configuration.labels {
      try labels.withUnsafeBufferPointer { try writer.appendLabels(classes, $0) }
    }
    try writer.commitUtterance()
  }
  return try ShardCommitter(directory: directory).commit(try writer.finish())
}

func hex(_ bytes: [UInt8]) -> String {
  bytes.map { byte in
    let digits = String(byte, radix: 16)
    return digits.count == 1 ? "0" + digits : digits
  }.joined()
}
