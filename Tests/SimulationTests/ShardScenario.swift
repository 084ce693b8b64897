import Archives
import Files
import Foundations

/// `preprocess`: shards in two sets, their records and the indexes.
struct ShardScenario: Scenario {
  let format: ArchiveFormat
  private let layout: ShardLayout
  private let channels = 3
  private static let labels = ["61"].compactMap { LabelSet($0) }

  var name: String { "shards-\(format.rawValue)" }

  init(_ format: ArchiveFormat) throws {
    self.format = format
    layout = try ShardLayout(keys: (0..<4).map { "S\($0 % 2)_U\($0)" }, shardUtterances: 2)
  }

  private func configuration(_ variant: Int) -> DirectoryConfiguration {
    DirectoryConfiguration(
      format: format, channels: channels, isCompressed: false, labels: Self.labels, normalizedFrom: .shard,
      shardUtterances: layout.shardUtterances, utteranceCount: layout.keys.count, manifestSHA256: "m",
      arithmeticFingerprint: "f", options: ["seed": .integer(Int64(variant))])
  }

  func run(_ variant: Int, replacesOther: Bool, in folder: String, store: FileStore) throws {
    let directory = try OutputDirectory.create(
      at: folder, configuration: configuration(variant), discardingOther: replacesOther,
      operations: store.operations)
    try directory.provenance.requireAppendable()
    let committer = ShardCommitter(directory: directory)
    for shard in try directory.status(verifyingChecksums: true).todo() {
      try committer.commit(try makeRaw(shard, variant, directory))
    }
    let sources = try ShardSources(of: directory)
    for shard in try directory.status(set: .normalized, verifyingChecksums: true).todo() {
      try committer.commit(try makeNormalized(shard, variant, directory, sources))
    }
    _ = try directory.writeIndexes(IndexOptions(corpusRoot: "/corpus", usesRelativePaths: true))
    try directory.provenance.append(["variant": .integer(Int64(variant))])
  }

  private func description(_ key: String) -> UtteranceDescription {
    let frames = 3 + Int(FNV1a.hash(of: key) % 5)
    return UtteranceDescription(
      key: key, speaker: String(key.prefix(2)), audioPath: "\(key).wav", container: .riff,
      sampleRateHertz: 16000, sampleCount: Int64(frames * 160 + 240), frameCount: frames, text: "text",
      gender: "f", dialectRegion: "DR1", split: "train",
      phones: [.init(symbol: "h#", startSample: 0, endSample: 80)])
  }

  private func makeRaw(_ shard: Int, _ variant: Int, _ directory: OutputDirectory) throws -> FinishedShard {
    let keys = layout.keys(ofShard: shard)
    var writer = try ShardWriter(directory: directory, shard: shard, keys: keys)
    for key in keys {
      let description = description(key)
      try writer.begin(description)
      let rows = (0..<description.frameCount * channels).map { Float($0 + 100 * variant) }
      try rows.withUnsafeBufferPointer { try writer.append($0) }
      let labels = [Int32](repeating: Int32(variant), count: description.frameCount)
      try labels.withUnsafeBufferPointer { try writer.appendLabels(Self.labels[0], $0) }
      try writer.setStatistics([Double](repeating: Double(variant + 1), count: 2 * (channels + 1)))
      try writer.commitUtterance()
    }
    return try writer.finish()
  }

  private func makeNormalized(
    _ shard: Int, _ variant: Int, _ directory: OutputDirectory, _ sources: ShardSources
  ) throws -> FinishedShard {
    let record = try directory.committedRecord(ofShard: shard)
    var writer = try ShardWriter(
      directory: directory, shard: shard, keys: record.utterances.map(\.description.key), set: .normalized,
      source: sources.source(ofShard: shard))
    let reader = ShardReader(directory: directory, record: record)
    for utterance in record.utterances {
      let frames = utterance.description.frameCount
      try writer.begin(utterance.description)
      var rows = [Float](repeating: 0, count: frames * channels)
      try rows.withUnsafeMutableBufferPointer {
        try reader.readFeatures(of: utterance, from: 0, count: frames, into: $0)
      }
      for index in rows.indices { rows[index] -= 1 }
      try rows.withUnsafeBufferPointer { try writer.append($0) }
      try writer.commitUtterance()
    }
    return try writer.finish()
  }

  func read(_ variant: Int, in folder: String, store: FileStore) throws -> Accepted {
    let directory = try OutputDirectory.open(at: folder, forWriting: false, operations: store.operations)
    var accepted = Accepted(variant: variant)
    accepted.files = try store.files(["config.json"], in: folder)
    var isWhole = true
    for set in [ShardSet.raw, .normalized] {
      for shard in 0..<directory.shardCount {
        switch try directory.state(ofShard: shard, set: set, verifyingChecksums: true) {
        case .committed(let record):
          let names = record.files.map(\.path) + [ShardRecord.path(ofShard: shard, set: set)]
          accepted.files.merge(try store.files(names, in: folder)) { _, new in new }
        case .missing: isWhole = false
        // Raw features were made again, and the normalized ones were not yet.
        case .wrong(let faults) where set == .normalized && faults.allSatisfy(Self.isStale): isWhole = false
        case .wrong(let faults): throw DamagedShard(shard: shard, faults: faults)
        }
      }
    }
    let indexes = try store.files(
      ["manifest.jsonl", "manifest_normalized.jsonl", "summary.json"], in: folder)
    accepted.files.merge(indexes) { _, new in new }
    accepted.isWhole = isWhole && indexes.count == 3
    return accepted
  }

  private static func isStale(_ fault: ShardFault) -> Bool {
    if case .sourceDiffers = fault { true } else { false }
  }

  private struct DamagedShard: Error {
    var shard: Int
    var faults: [ShardFault]
  }
}
