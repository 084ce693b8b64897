import Foundations
package import Learning
package import Recognition
package import StageGraph

/// The stage that turns features into log posteriors of the classes, utterance by utterance.
package struct FrameClassification: Sendable {
  let recognizer: FrameRecognizer
  /// Only read while the graph runs.
  let values: ModelValues

  package init(recognizer: FrameRecognizer, values: ModelValues) {
    self.recognizer = recognizer
    self.values = values
  }

  /// A worker's state; only memory is kept from one utterance to the next.
  private struct State {
    let stream: PosteriorStream
    var output: [Float] = []
    /// Labels of frames whose posteriors are still owed.
    var labels: [Int32] = []
    /// Whether the stream holds rows of an utterance that was given up.
    var isDirty = false
  }

  package func stage(workers: Int) -> Stage<FeatureBlock, PosteriorBlock> {
    .grouped(
      "FrameClassifier", workers: workers,
      state: { State(stream: PosteriorStream(recognizer.classifier, values: values)) },
      begin: { state in
        state.labels.removeAll(keepingCapacity: true)
        if state.isDirty { _ = Self.finish(&state) }
        state.isDirty = true
      },
      each: { state, block, sender in try await sender.send(classify(block, &state)) })
  }

  private func classify(_ block: consuming FeatureBlock, _ state: inout State) -> PosteriorBlock {
    let (context, isLast) = (block.context, block.isLast)
    if let rejection = block.rejection {
      return PosteriorBlock(
        context: context, logPosteriors: [], labels: [], frameCount: 0, isLast: true, rejection: rejection)
    }
    var posteriors: [Float] = []
    switch block.rows {
    case .some(let rows):
      state.labels.append(contentsOf: rows.labels(ofSet: 0))
      posteriors = Self.accept(rows.values, &state)
    case .none: break
    }
    if isLast {
      posteriors += Self.finish(&state)
      state.isDirty = false
    }
    let frames = posteriors.count / state.stream.classCount
    let labels = Array(state.labels.prefix(frames))
    state.labels.removeFirst(labels.count)
    return PosteriorBlock(
      context: context, logPosteriors: posteriors, labels: context.content?.phones == nil ? [] : labels,
      frameCount: frames, isLast: isLast, rejection: nil)
  }

  private static func accept(_ frames: UnsafeBufferPointer<Float>, _ state: inout State) -> [Float] {
    let count = state.stream.frameCount(of: frames)
    return filled(&state, frames: state.stream.maximumFrames(accepting: count)) { stream, output in
      stream.accept(frames, into: output)
    }
  }

  private static func finish(_ state: inout State) -> [Float] {
    filled(&state, frames: state.stream.maximumFinishFrames) { stream, output in
      stream.finish(into: output)
    }
  }

  private static func filled(
    _ state: inout State, frames: Int, _ fill: (PosteriorStream, UnsafeMutableBufferPointer<Float>) -> Int
  ) -> [Float] {
    let (stream, classes) = (state.stream, state.stream.classCount)
    let room = frames * classes
    if state.output.count < room { state.output = [Float](repeating: 0, count: room) }
    return state.output.withUnsafeMutableBufferPointer { output in
      Array(output.prefix(fill(stream, output) * classes))
    }
  }
}
