import Corpus
import FrontEnds
import StageGraph

/// The stage that opens each utterance, checks it, and sends its samples in blocks.
struct AudioReading: Sendable {
  let opener: UtteranceOpener
  /// Warnings of the catalog, which opens no file, by key.
  let warningsOfUtterance: [String: [Finding]]
  let blockSamples: Int
  /// Nil where it is not recorded what was read.
  let digests: InputDigests?
  let int16Pool: BufferPool<Int16>
  let floatPool: BufferPool<Float>

  init(
    _ opener: UtteranceOpener, warningsOfUtterance: [String: [Finding]], blockSamples: Int,
    digests: InputDigests?
  ) {
    self.opener = opener
    self.warningsOfUtterance = warningsOfUtterance
    self.blockSamples = blockSamples
    self.digests = digests
    int16Pool = BufferPool(elementsPerBuffer: blockSamples)
    floatPool = BufferPool(elementsPerBuffer: blockSamples)
  }

  func stage(workers: Int) -> Stage<UtteranceWork, AudioBlock> {
    .expand("AudioReader", workers: workers) { work, sender in
      try await read(work, into: &sender)
    }
  }

  nonisolated(nonsending) private func read(
    _ work: UtteranceWork, into sender: inout Sender<AudioBlock>
  ) async throws {
    var utterance = opener.catalog.utterances[work.index]
    // Of which channel the features are, indexes repeat.
    utterance.channel = utterance.channel ?? opener.audioChannel
    let inputs = try digests?.states(of: utterance, in: opener.catalog) ?? []
    let opened: OpenUtterance
    switch try opener.open(work.index) {
    case .usable(let usable): opened = usable
    case .rejected(let finding):
      let context = UtteranceContext(work: work, utterance: utterance, content: nil, inputs: inputs)
      try await sender.send(Self.end(context, rejection: finding))
      return
    }
    let audio = opened.audio
    let rowCount = opener.timing.rowCount(samples: opener.sampleCount(of: audio.info))
    let context = UtteranceContext(
      work: work, utterance: utterance,
      content: .init(
        audio: audio.info, phones: opened.phones, words: opened.words, sentence: opened.sentence,
        warnings: (warningsOfUtterance[utterance.key] ?? []) + opened.warnings, rowCount: rowCount),
      inputs: inputs)
    while audio.position < audio.info.sampleCount {
      let block: AudioBlock
      do {
        block = try next(of: audio, context)
      } catch CorpusError.rejected(let finding) {
        try await sender.send(Self.end(context, rejection: finding))
        return
      }
      try await sender.send(block)
    }
  }

  private func next(of audio: AudioFile, _ context: UtteranceContext) throws -> AudioBlock {
    let samples: AudioSamples
    let count: Int
    if audio.readsInt16 {
      var slab = try int16Pool.acquire()
      count = try audio.read(into: UnsafeMutableBufferPointer(start: slab.base, count: blockSamples))
      slab.count = count
      samples = .int16(slab)
    } else {
      var slab = try floatPool.acquire()
      count = try audio.read(into: UnsafeMutableBufferPointer(start: slab.base, count: blockSamples))
      slab.count = count
      samples = .float32(slab)
    }
    return AudioBlock(
      context: context, samples: samples, sampleCount: count,
      isLast: audio.position == audio.info.sampleCount, rejection: nil)
  }

  private static func end(_ context: UtteranceContext, rejection: Finding) -> AudioBlock {
    AudioBlock(context: context, samples: .none, sampleCount: 0, isLast: true, rejection: rejection)
  }
}
