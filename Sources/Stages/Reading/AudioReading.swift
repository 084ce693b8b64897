import Corpus
import FrontEnds
import Signal
import StageGraph

/// The stage that opens each utterance, checks it, and sends its samples in blocks.
///
/// For a front end that measures whole utterances it reads each once for each of the passes before that.
struct AudioReading: Sendable {
  let opener: UtteranceOpener
  /// Warnings of the catalog, which opens no file, by key.
  let warningsOfUtterance: [String: [Finding]]
  /// The passes over all of an utterance.
  let measuring: [any FrontEnd]
  let blockSamples: Int
  /// Nil where it is not recorded what was read.
  let digests: InputDigests?
  let int16Pool: BufferPool<Int16>
  let floatPool: BufferPool<Float>

  init(
    _ opener: UtteranceOpener, warningsOfUtterance: [String: [Finding]], measuring: [any FrontEnd],
    blockSamples: Int, digests: InputDigests?
  ) {
    self.opener = opener
    self.warningsOfUtterance = warningsOfUtterance
    self.measuring = measuring
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
    let measures: UtteranceMeasures
    do {
      measures = try measure(audio, utterance.key)
    } catch CorpusError.rejected(let finding) {
      let context = UtteranceContext(work: work, utterance: utterance, content: nil, inputs: inputs)
      try await sender.send(Self.end(context, rejection: finding))
      return
    }
    let context = UtteranceContext(
      work: work, utterance: utterance,
      content: .init(
        audio: audio.info, phones: opened.phones, words: opened.words, sentence: opened.sentence,
        warnings: (warningsOfUtterance[utterance.key] ?? []) + opened.warnings, rowCount: rowCount,
        measures: measures),
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

  /// Runs the passes over all of an utterance, and goes back to its beginning.
  private func measure(_ audio: AudioFile, _ key: String) throws -> UtteranceMeasures {
    var measures = UtteranceMeasures()
    for pass in measuring {
      let measuring = MeasuringPass(pass, utterance: key, measures, blockSamples: blockSamples)
      let resampler = try ResamplingStream.between(
        audio.info.sampleRateHertz, and: opener.timing.sampleRateHertz)
      while audio.position < audio.info.sampleCount {
        let samples = try nextSamples(of: audio)
        let isLast = audio.position == audio.info.sampleCount
        guard let resampler else {
          measuring.accept(samples, isLast: isLast)
          continue
        }
        resampler.accept(samples)
        if isLast { resampler.finish() }
        while resampler.hasOutput {
          var slab = try floatPool.acquire()
          slab.count = resampler.read(into: UnsafeMutableBufferPointer(start: slab.base, count: blockSamples))
          measuring.accept(.float32(slab), isLast: isLast && !resampler.hasOutput)
        }
      }
      try audio.seek(toSample: 0)
      measures.means.append(measuring.means)
    }
    return measures
  }

  private func next(of audio: AudioFile, _ context: UtteranceContext) throws -> AudioBlock {
    let samples = try nextSamples(of: audio)
    let count = samples.count
    return AudioBlock(
      context: context, samples: samples, sampleCount: count,
      isLast: audio.position == audio.info.sampleCount, rejection: nil)
  }

  private func nextSamples(of audio: AudioFile) throws -> AudioSamples {
    guard audio.readsInt16 else {
      var slab = try floatPool.acquire()
      slab.count = try audio.read(into: UnsafeMutableBufferPointer(start: slab.base, count: blockSamples))
      return .float32(slab)
    }
    var slab = try int16Pool.acquire()
    slab.count = try audio.read(into: UnsafeMutableBufferPointer(start: slab.base, count: blockSamples))
    return .int16(slab)
  }

  private static func end(_ context: UtteranceContext, rejection: Finding) -> AudioBlock {
    AudioBlock(context: context, samples: .none, sampleCount: 0, isLast: true, rejection: rejection)
  }
}
