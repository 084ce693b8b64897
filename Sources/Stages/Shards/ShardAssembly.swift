package import Archives
import Corpus
import Files
package import StageGraph

extension FinishedShard: GraphMessage {}

/// The stages at the end of `preprocess`: rows into shards, shards onto the disk.
package struct ShardAssembly: Sendable {
  /// The directory of the shards; looked up when the graph runs, so that it can be drawn without one.
  let openDirectory: @Sendable () throws -> OutputDirectory
  let work: ShardWork
  /// The phones that labels are of, by index.
  let phones: [String]
  /// The split of each utterance that is in one, by index in the catalog.
  let splits: [Int: String]
  let labels: [LabelSet]
  let progress: WorkProgress

  package init(
    _ work: ShardWork, phones: [String], splits: [Int: String], labels: [LabelSet], progress: WorkProgress,
    openDirectory: @escaping @Sendable () throws -> OutputDirectory
  ) {
    self.work = work
    self.phones = phones
    self.splits = splits
    self.labels = labels
    self.progress = progress
    self.openDirectory = openDirectory
  }

  /// Takes the utterances in key order and gives each shard when its last one is in.
  package var writer: Stage<FeatureBlock, FinishedShard> {
    .stream("ArchiveWriter") { receiver, sender in
      let directory = try openDirectory()
      while let first = try await receiver.nextInStream() {
        // A shard's writer lives in one call, so that it is dropped, files and all, wherever that ends.
        let shard = work.shard(ofUtterance: first.context.work.index)
        var writer = try ShardWriter(
          directory: directory, shard: shard, keys: work.layout.keys(ofShard: shard))
        var isShardDone = try write(first, to: &writer)
        while !isShardDone, let block = try await receiver.nextInStream() {
          isShardDone = try write(block, to: &writer)
        }
        try await sender.send(try writer.finish())
      }
    }
  }

  package var committer: Sink<FinishedShard> {
    .each("ShardCommitter", placement: .ownThread) { shard in
      try ShardCommitter(directory: openDirectory()).commit(shard)
    }
  }

  /// Writes a block; true when it was the last of the shard.
  private func write(
    _ block: consuming FeatureBlock, to writer: inout ShardWriter
  ) throws(ArchiveError) -> Bool {
    let context = block.context
    let key = context.utterance.key
    progress.advance(
      bytes: bytes(block.sampleCount, of: context), audioSeconds: seconds(block.sampleCount, of: context))
    if let rejection = block.rejection {
      try writer.reject(key: key, finding: FindingJSON.value(rejection))
      note(context, in: &writer)
      progress.finishItem(rejected: true)
      return work.isLastOfShard(context.work.index)
    }
    if block.isFirst, let content = context.content {
      try writer.begin(description(of: context, content))
    }
    switch block.rows {
    case .some(let rows): try append(rows, to: &writer)
    case .none: break
    }
    guard block.isLast else { return false }
    if let statistics = block.statistics { try writer.setStatistics(statistics) }
    for finding in context.content?.warnings ?? [] { writer.warn(FindingJSON.value(finding)) }
    try writer.commitUtterance()
    note(context, in: &writer)
    progress.finishItem(rejected: false)
    return work.isLastOfShard(context.work.index)
  }

  private func note(_ context: UtteranceContext, in writer: inout ShardWriter) {
    var stamps: [String: InputStamp] = [:]
    let files = context.inputs.map { input in
      stamps[input.role.rawValue] = input.stamp
      return ShardRecord.Input(role: input.role.rawValue, bytes: input.bytes, sha256: input.sha256)
    }
    writer.note(ShardRecord.Inputs(key: context.utterance.key, files: files), stamps: stamps)
  }

  private func append(
    _ rows: borrowing FeatureBlock.Rows, to writer: inout ShardWriter
  ) throws(ArchiveError) {
    try writer.append(rows.values)
    for (index, set) in labels.enumerated() {
      try writer.appendLabels(set, rows.labels(ofSet: index))
    }
  }

  private func seconds(_ samples: Int, of context: UtteranceContext) -> Double {
    guard let rate = context.content?.audio.sampleRateHertz else { return 0 }
    return Double(samples) / Double(rate)
  }

  private func bytes(_ samples: Int, of context: UtteranceContext) -> Int {
    guard let audio = context.content?.audio, audio.sampleCount > 0 else {
      return context.utterance.audioByteCount
    }
    return Int(Double(context.utterance.audioByteCount) * Double(samples) / Double(audio.sampleCount))
  }

  /// The container as readers of the index see it: of RIFF and SPHERE they read 16-bit PCM.
  private static func container(of audio: AudioInfo) -> Archives.AudioContainer {
    switch (audio.container, audio.coding) {
    case (.sphere, .pcm16LittleEndian), (.sphere, .pcm16BigEndian), (.sphere, .shorten16): .sphere
    case (.riff, .pcm16LittleEndian): .riff
    default: .other
    }
  }

  /// The channel that was read, from 0; nil of mono files, and of a mean, which other tools cannot name.
  private static func channel(of utterance: Utterance, _ audio: AudioInfo) -> Int? {
    guard audio.channels > 1, utterance.channel != AudioRequirements.mixedChannels else { return nil }
    return (utterance.channel ?? 1) - 1
  }

  private func description(
    of context: UtteranceContext, _ content: UtteranceContext.Content
  ) -> UtteranceDescription {
    let utterance = context.utterance
    return UtteranceDescription(
      key: utterance.key, speaker: utterance.speaker, audioPath: utterance.audioPath,
      container: Self.container(of: content.audio),
      audioChannel: Self.channel(of: utterance, content.audio),
      sampleRateHertz: content.audio.sampleRateHertz, sampleCount: Int64(content.audio.sampleCount),
      frameCount: content.rowCount, text: content.sentence, gender: utterance.sex?.rawValue,
      dialectRegion: utterance.dialectRegion.map { "DR\($0)" }, split: splits[context.work.index],
      phones: content.phones?.intervals.map {
        .init(symbol: phones[Int($0.phone)], startSample: Int64($0.start), endSample: Int64($0.end))
      } ?? [],
      words: content.words?.intervals.map {
        .init(symbol: $0.word, startSample: Int64($0.start), endSample: Int64($0.end))
      } ?? [])
  }
}
