import Foundations
package import Learning
package import Recognition
package import StageGraph

/// The stage that turns features into log posteriors of the classes, utterance by utterance.
package struct FrameClassification: Sendable {
  let recognizer: FrameRecognizer
  /// Only read while the graph runs.
  let values: ModelValues
  /// Whether an utterance may never end, so that a posterior that is NaN ends the graph at once.
  let isLive: Bool

  package init(recognizer: FrameRecognizer, values: ModelValues, isLive: Bool = false) {
    self.recognizer = recognizer
    self.values = values
    self.isLive = isLive
  }

  /// A worker's state; only memory is kept from one utterance to the next.
  private struct State {
    let stream: PosteriorStream
    var output: [Float] = []
    /// Labels of frames whose posteriors are still owed.
    var labels: [Int32] = []
    /// Whether the stream holds frames of an utterance that was rejected.
    var isDirty = false
    var framesGiven = 0
  }

  package func stage(workers: Int) -> Stage<FeatureBlock, PosteriorBlock> {
    .grouped(
      "FrameClassifier", workers: workers,
      state: { State(stream: PosteriorStream(recognizer.classifier, values: values)) },
      begin: { state in
        state.labels.removeAll(keepingCapacity: true)
        if state.isDirty { _ = Self.finish(&state) }
        state.isDirty = true
        state.framesGiven = 0
      },
      each: { state, block, sender in try await sender.send(try classify(block, &state)) })
  }

  private func classify(
    _ block: consuming FeatureBlock, _ state: inout State
  ) throws(StageError) -> PosteriorBlock {
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
    if isLive, posteriors.contains(where: \.isNaN) {
      throw .nonFinitePosteriors(frame: state.framesGiven)
    }
    let frames = posteriors.count / state.stream.classCount
    state.framesGiven += frames
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
