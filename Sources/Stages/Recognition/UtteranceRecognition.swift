package import Recognition
package import StageGraph

/// The stage that turns log posteriors into classes of frames and, with a loop, into phones:
/// at the end of an utterance, or live, as soon as they are certain.
package struct UtteranceRecognition: Sendable {
  let classCount: Int
  /// Nil for frames alone.
  let loop: PhoneLoop?

  let isLive: Bool

  package init(classCount: Int, loop: PhoneLoop?, isLive: Bool = false) {
    self.classCount = classCount
    self.loop = loop
    self.isLive = isLive
  }

  private struct State {
    let decoder: PhoneDecoder?
    var labels: [Int32] = []
    var frameClasses: [Int32] = []
    var phones: [DecodedPhone] = []
    var frameCount = 0
  }

  package func stage(workers: Int) -> Stage<PosteriorBlock, Transcription> {
    .grouped(
      "PhoneDecoder", workers: workers,
      state: { State(decoder: loop.map(makeDecoder)) },
      begin: { state in
        state.decoder?.reset()
        (state.labels, state.frameClasses, state.phones, state.frameCount) = ([], [], [], 0)
      },
      each: { state, block, sender in
        take(block, &state)
        if block.isLast, let decoder = state.decoder { state.phones += decoder.finish() }
        guard block.isLast || isLive && !state.phones.isEmpty else { return }
        try await sender.send(
          Transcription(
            context: block.context, labels: state.labels, frameClasses: state.frameClasses,
            phones: state.phones, frameCount: state.frameCount, isLast: block.isLast,
            rejection: block.rejection))
        if isLive { state.phones = [] }
      })
  }

  private func makeDecoder(_ loop: PhoneLoop) -> PhoneDecoder {
    // A live input is slow and its phones are waited for, so certain ones are looked for at every frame.
    isLive ? PhoneDecoder(loop, searchIntervalFrames: 1) : PhoneDecoder(loop)
  }

  private func take(_ block: PosteriorBlock, _ state: inout State) {
    state.frameCount += block.frameCount
    if !isLive { state.labels += block.labels }
    block.logPosteriors.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress, block.frameCount > 0 else { return }
      if !isLive { state.frameClasses += frameClasses(base, count: block.frameCount) }
      if let decoder = state.decoder {
        state.phones += decoder.accept(base, count: block.frameCount)
      }
    }
  }

  private func frameClasses(_ logPosteriors: UnsafePointer<Float>, count: Int) -> [Int32] {
    (0..<count).map { frame in
      let values = logPosteriors + frame * classCount
      var best = 0
      for c in 1..<max(1, classCount) where values[c] > values[best] { best = c }
      return Int32(best)
    }
  }
}
