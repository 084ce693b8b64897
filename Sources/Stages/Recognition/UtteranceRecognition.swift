package import Recognition
package import StageGraph

/// The stage that turns log posteriors into classes of frames and, with a loop, into phones.
package struct UtteranceRecognition: Sendable {
  let classCount: Int
  /// Nil for frames alone.
  let loop: PhoneLoop?

  package init(classCount: Int, loop: PhoneLoop?) {
    self.classCount = classCount
    self.loop = loop
  }

  private struct State {
    let decoder: PhoneDecoder?
    var labels: [Int32] = []
    var frameClasses: [Int32] = []
    var phones: [DecodedPhone] = []
  }

  package func stage(workers: Int) -> Stage<PosteriorBlock, Transcription> {
    .grouped(
      "PhoneDecoder", workers: workers,
      state: { State(decoder: loop.map { PhoneDecoder($0) }) },
      begin: { state in
        state.decoder?.reset()
        (state.labels, state.frameClasses, state.phones) = ([], [], [])
      },
      each: { state, block, sender in
        take(block, &state)
        guard block.isLast else { return }
        if let decoder = state.decoder { state.phones += decoder.finish() }
        try await sender.send(
          Transcription(
            context: block.context, labels: state.labels, frameClasses: state.frameClasses,
            phones: state.phones, rejection: block.rejection))
      })
  }

  private func take(_ block: PosteriorBlock, _ state: inout State) {
    state.labels += block.labels
    block.logPosteriors.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress, block.frameCount > 0 else { return }
      for frame in 0..<block.frameCount {
        let row = base + frame * classCount
        var best = 0
        for c in 1..<max(1, classCount) where row[c] > row[best] { best = c }
        state.frameClasses.append(Int32(best))
      }
      if let decoder = state.decoder {
        state.phones += decoder.accept(base, count: block.frameCount)
      }
    }
  }
}
