import Corpus
import DataManifests
import FrontEnds
import StageGraph

/// The stage that opens each utterance, checks it, and sends its samples in blocks.
struct AudioReading: Sendable {
  let catalog: CorpusCatalog
  let phoneSet: PhoneSet
  let timing: FrameTiming
  let requirements: AudioRequirements
  let blockSamples: Int
  let int16Pool: BufferPool<Int16>
  let floatPool: BufferPool<Float>

  func stage(workers: Int) -> Stage<UtteranceWork, AudioBlock> {
    .expand("AudioReader", workers: workers) { work, sender in
      try await read(work, into: &sender)
    }
  }

  nonisolated(nonsending) private func read(
    _ work: UtteranceWork, into sender: inout Sender<AudioBlock>
  ) async throws {
    let utterance = catalog.utterances[work.place]
    let opened: OpenUtterance
    do {
      opened = try catalog.open(
        utterance, requirements: requirements, phones: phoneSet, clippingSamples: timing.frameShiftSamples)
    } catch .rejected(let finding) {
      let context = UtteranceContext(work: work, utterance: utterance, content: nil)
      try await sender.send(Self.end(context, rejection: finding))
      return
    }
    let audio = opened.audio
    let context = UtteranceContext(
      work: work, utterance: utterance,
      content: .init(
        audio: audio.info, phones: opened.phones, words: opened.words, sentence: opened.sentence,
        warnings: opened.warnings, rowCount: timing.rowCount(samples: audio.info.sampleCount)))
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
    if audio.info.coding.isInt16 {
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
