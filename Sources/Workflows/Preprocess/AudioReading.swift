import Corpus
import DataManifests
import FrontEnds
import StageGraph

/// The stage that opens each utterance, checks it, and sends its samples in blocks.
struct AudioReading: Sendable {
  let catalog: CorpusCatalog
  /// What the catalogue found odd without opening a file, by key.
  let warningsOfUtterance: [String: [Finding]]
  let phoneSet: PhoneSet
  let timing: FrameTiming
  let channels: Int
  let requirements: AudioRequirements
  var annotations: CorpusCatalog.Annotations = .all
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
    switch try open(utterance) {
    case .success(let usable): opened = usable
    case .failure(let rejection):
      let context = UtteranceContext(work: work, utterance: utterance, content: nil)
      try await sender.send(Self.end(context, rejection: rejection.finding))
      return
    }
    let audio = opened.audio
    let rowCount = timing.rowCount(samples: audio.info.sampleCount)
    let context = UtteranceContext(
      work: work, utterance: utterance,
      content: .init(
        audio: audio.info, phones: opened.phones, words: opened.words, sentence: opened.sentence,
        warnings: (warningsOfUtterance[utterance.key] ?? []) + opened.warnings, rowCount: rowCount))
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

  private struct Rejection: Error { let finding: Finding }

  /// The utterance, or why it cannot be used; throws what is wrong with the system.
  private func open(_ utterance: Utterance) throws(CorpusError) -> Result<OpenUtterance, Rejection> {
    do throws(CorpusError) {
      let opened = try catalog.open(
        utterance, requirements: requirements, annotations: annotations, phones: phoneSet,
        clippingSamples: timing.frameShiftSamples)
      if let finding = Self.unstorable(utterance, opened.audio.info, timing: timing, channels: channels) {
        return .failure(Rejection(finding: finding))
      }
      return .success(opened)
    } catch {
      guard case .rejected(let finding) = error else { throw error }
      return .failure(Rejection(finding: finding))
    }
  }

  /// Why an archive cannot hold the utterance, or nil: that costs the utterance, not the run.
  static func unstorable(
    _ utterance: Utterance, _ audio: AudioInfo, timing: FrameTiming, channels: Int
  ) -> Finding? {
    func finding(_ code: FindingCode, _ field: String?, expected: String, found: String) -> Finding {
      Finding(
        .reject, code, path: Sanitised.path(utterance.audioPath), field: field, expected: expected,
        found: found,
        utterance: utterance.key)
    }
    // Kaldi counts in Int32.
    let rowCount = timing.rowCount(samples: audio.sampleCount)
    guard rowCount <= Int(Int32.max) / channels else {
      return finding(
        .tooLong, nil, expected: "at most \(Int(Int32.max) / channels) rows of \(channels)",
        found: "\(rowCount)")
    }
    guard !utterance.audioPath.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
      return finding(.badID, "audio", expected: "a path without control characters", found: "one")
    }
    return nil
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
