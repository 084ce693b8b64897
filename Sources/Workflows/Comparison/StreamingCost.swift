import Foundations
import FrontEnds
import Glibc
import Learning
import Recognition
import TrainedModels

/// Speeds of a frozen model on one thread, on seeded noise.
enum StreamingCost {
  /// Live audio of 10 ms a piece, in seconds.
  private static let seconds = 10
  private static let turns = 5

  /// Measures streaming through front end and classifier, and the front end alone on whole audio: medians of
  /// turns.
  static func measure(_ model: LoadedModel) -> ContenderCost {
    var cost = ContenderCost()
    let frontEnd = model.frontEnd
    let rate = frontEnd.timing.sampleRateHertz
    var generator = SeededGenerator(seed: 1, stream: .order, index: 0)
    let samples = (0..<(seconds * rate)).map { _ in Int16.random(in: -4000...4000, using: &generator) }
    let posteriors = PosteriorStream(model.recognizer.classifier, values: model.values)
    if frontEnd.measuring.isEmpty, let latencyFrames = posteriors.latencyFrames {
      let streaming = Streaming(frontEnd, posteriors, latencyFrames: latencyFrames)
      let taken = median { streaming.run(samples) }
      cost.streamingTimesRealTime = Double(seconds) / taken
    }
    let frames = frontEnd.features(of: samples).count / frontEnd.channels
    if frames > 0 {
      let taken = median { _ = frontEnd.features(of: samples) }
      cost.frontEndNanosecondsPerFrame = taken * 1e9 / Double(frames)
    }
    return cost
  }

  /// Median of the thread's CPU seconds, after one run that is not counted.
  private static func median(_ body: () -> Void) -> Double {
    body()
    let times = (0..<turns).map { _ -> Double in
      let before = threadSeconds
      body()
      return threadSeconds - before
    }
    return max(times.sorted()[turns / 2], 1e-9)
  }

  private static var threadSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

/// A front end and a classifier fed 10 ms at a time.
private final class Streaming {
  private let front: any FrontEndStream
  private let posteriors: PosteriorStream
  private let piece: Int
  private var rows: [Float]
  private var output: [Float]

  init(_ frontEnd: any FrontEnd, _ posteriors: PosteriorStream, latencyFrames: Int) {
    front = frontEnd.makeStream(utterance: "")
    self.posteriors = posteriors
    piece = frontEnd.timing.frameShiftSamples
    let most = frontEnd.maximumFrames(ofBlock: piece)
    rows = [Float](repeating: 0, count: most * frontEnd.channels)
    // A call gives what came with it and what waited for it.
    output = [Float](repeating: 0, count: 2 * (most + latencyFrames) * posteriors.classCount)
  }

  private func first(
    _ frames: Int, of rows: UnsafeMutableBufferPointer<Float>
  ) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(rebasing: rows[..<(frames * front.outputChannels)])
  }

  func run(_ samples: [Int16]) {
    front.reset(utterance: "")
    samples.withUnsafeBufferPointer { samples in
      rows.withUnsafeMutableBufferPointer { rows in
        output.withUnsafeMutableBufferPointer { output in
          for start in stride(from: 0, to: samples.count, by: piece) {
            let part = samples[start..<min(start + piece, samples.count)]
            let count = front.accept(UnsafeBufferPointer(rebasing: part), into: rows)
            if count > 0 { _ = posteriors.accept(first(count, of: rows), into: output) }
          }
          let count = front.finish(into: rows)
          let written = count > 0 ? posteriors.accept(first(count, of: rows), into: output) : 0
          let rest = output[(written * posteriors.classCount)...]
          _ = posteriors.finish(into: UnsafeMutableBufferPointer(rebasing: rest))
        }
      }
    }
  }
}
