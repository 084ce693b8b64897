import Archives
import Files
import Foundations
import Glibc
import TestSupport
import Testing

/// A corpus of made-up utterances, the same for the same seed, and the run that writes it.
struct TinyCorpus {
  struct Utterance {
    var description: UtteranceDescription
    var rows: [Float]
    var labels: [Int32]
    var statistics: [Double]
    /// Rejected after this many rows; nil for a good one.
    var rejectedAfter: Int?
  }

  var channels: Int
  var utterances: [Utterance]
  var layout: ShardLayout

  init(
    utterances count: Int = 10, speakers: Int = 3, channels: Int = 4, maximumFrames: Int = 40,
    shardUtterances: Int = 4, rejectEvery: Int? = nil, seed: UInt64 = 1
  ) throws {
    var random = SplitMix64(seed: seed)
    var made: [Utterance] = []
    for index in 0..<count {
      let frames = Int.random(in: 1...maximumFrames, using: &random)
      let speaker = "SPK\(index % speakers)"
      let rows = (0..<frames * channels).map { _ in Float.random(in: -20...20, using: &random) }
      let labels = (0..<frames).map { _ in Int32.random(in: -1..<61, using: &random) }
      let description = UtteranceDescription(
        key: "\(speaker)_SX\(index)", speaker: speaker, audioPath: "DR1/\(speaker)/SX\(index).WAV",
        container: index % 2 == 0 ? .sphere : .riff, sampleRateHertz: 16000,
        sampleCount: Int64(frames * 160 + 240), frameCount: frames, text: "words of \(index)",
        gender: index % speakers == 0 ? "f" : "m", dialectRegion: "DR1", split: "train",
        phones: [
          .init(symbol: "h#", startSample: 0, endSample: 80),
          .init(symbol: "ah", startSample: 80, endSample: Int64(frames * 160)),
        ])
      made.append(
        Utterance(
          description: description, rows: rows, labels: labels,
          statistics: Self.statistics(of: rows, channels: channels),
          rejectedAfter: rejectEvery.flatMap { index % $0 == $0 - 1 ? frames / 2 : nil }))
    }
    layout = try ShardLayout(keys: made.map(\.description.key), shardUtterances: shardUtterances)
    utterances = layout.keys.compactMap { key in made.first { $0.description.key == key } }
    self.channels = channels
  }

  /// Kaldi's statistics: sums and count, sums of squares and 0.
  static func statistics(of rows: [Float], channels: Int) -> [Double] {
    var values = [Double](repeating: 0, count: 2 * (channels + 1))
    for (index, value) in rows.enumerated() {
      values[index % channels] += Double(value)
      values[channels + 1 + index % channels] += Double(value) * Double(value)
    }
    values[channels] = Double(rows.count / channels)
    return values
  }

  func configuration(
    _ format: ArchiveFormat, isCompressed: Bool = false, normalized: Bool = false,
    source: NormalizationSource = .shard
  ) -> DirectoryConfiguration {
    DirectoryConfiguration(
      format: format, channels: channels, isCompressed: isCompressed, labels: [.all61, .folded39],
      normalizedFrom: normalized ? source : nil, shardUtterances: layout.shardUtterances,
      utteranceCount: utterances.count, manifestSHA256: "m", arithmeticFingerprint: "f",
      options: ["mel_bins": .integer(Int64(channels)), "window": "povey", "dither": 0.5])
  }

  /// Writes one shard in blocks of `block` rows, without committing.
  func write(_ shard: Int, to directory: OutputDirectory, block: Int = 7) throws -> FinishedShard {
    var writer = try ShardWriter(
      directory: directory, shard: shard, keys: layout.keys(ofShard: shard))
    for index in layout.range(ofShard: shard) {
      let utterance = utterances[index]
      let key = utterance.description.key
      let finding: JSONValue = ["key": .string(key), "code": "truncated", "remedy": "none"]
      if let rows = utterance.rejectedAfter, rows == 0 {
        try writer.reject(key: key, finding: finding)
        continue
      }
      try writer.begin(utterance.description)
      let end = utterance.rejectedAfter ?? utterance.description.frameCount
      var row = 0
      while row < end {
        let next = min(row + block, end)
        try utterance.rows[row * channels..<next * channels].withUnsafeBufferPointer {
          try writer.append($0)
        }
        try utterance.labels[row..<next].withUnsafeBufferPointer {
          try writer.appendLabels(.all61, $0)
          try writer.appendLabels(.folded39, $0)
        }
        row = next
      }
      if utterance.rejectedAfter != nil {
        try writer.reject(key: key, finding: finding)
        continue
      }
      if index % 5 == 0 { writer.warn(["key": .string(key), "code": "trailing-data"]) }
      try writer.setStatistics(utterance.statistics)
      try writer.commitUtterance()
    }
    return try writer.finish()
  }

  /// Does what is missing or wrong.
  func run(_ directory: OutputDirectory, part: ShardPart = .whole, block: Int = 7) throws {
    let committer = ShardCommitter(directory: directory)
    for shard in try directory.status(part: part, verifyingChecksums: true).todo(part: part) {
      try committer.commit(try write(shard, to: directory, block: block))
    }
  }
}

extension TinyCorpus {
  /// A second pass over committed shards, which takes 1 from every value, two rows at a time.
  func normalize(_ directory: OutputDirectory) throws {
    let committer = ShardCommitter(directory: directory)
    let sources = try ShardSources(of: directory)
    for shard in try directory.status(set: .normalized, verifyingChecksums: true).todo() {
      guard let record = try directory.record(ofShard: shard) else { continue }
      let reader = ShardReader(directory: directory, record: record)
      var writer = try ShardWriter(
        directory: directory, shard: shard, keys: record.utterances.map(\.description.key), set: .normalized,
        source: sources.source(ofShard: shard))
      var rows = [Float](repeating: 0, count: 2 * channels)
      for utterance in record.utterances {
        try writer.begin(utterance.description)
        var row = 0
        while row < utterance.description.frameCount {
          let count = min(2, utterance.description.frameCount - row)
          try rows.withUnsafeMutableBufferPointer {
            try reader.readFeatures(of: utterance, from: row, count: count, into: $0)
          }
          for index in 0..<count * channels { rows[index] -= 1 }
          try rows[..<(count * channels)].withUnsafeBufferPointer { try writer.append($0) }
          row += count
        }
        try writer.commitUtterance()
      }
      try committer.commit(try writer.finish())
    }
  }
}

extension Scratch {
  /// Puts silent RIFF files where the corpus's audio should be, whatever the container it names.
  func makeAudio(for corpus: TinyCorpus, below folder: String) throws {
    for utterance in corpus.utterances {
      let name = "\(folder)/\(utterance.description.audioPath)"
      let parent = name.split(separator: "/").dropLast().joined(separator: "/")
      try FileStore().makeFolders("\(path)/\(parent)")
      let data = Int(utterance.description.sampleCount) * 2
      var bytes = Array("RIFF".utf8) + Int32(36 + data).littleEndianBytes + Array("WAVEfmt ".utf8)
      bytes += Int32(16).littleEndianBytes + Int16(1).littleEndianBytes
      bytes += Int16(1).littleEndianBytes + Int32(16000).littleEndianBytes
      bytes += Int32(32000).littleEndianBytes + Int16(2).littleEndianBytes
      bytes += Int16(16).littleEndianBytes + Array("data".utf8) + Int32(data).littleEndianBytes
      try put(bytes + [UInt8](repeating: 0, count: data), at: name)
    }
  }
}

extension LabelSet {
  static let all61 = named("61")
  static let folded39 = named("39")

  private static func named(_ name: String) -> LabelSet {
    guard let set = LabelSet(name) else { preconditionFailure("the name of a column") }
    return set
  }
}
