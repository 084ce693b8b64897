import Foundations
import Signal
import TestSupport
import Testing

@Suite("Deltas")
struct DeltaStreamTests {
  @Test("a ramp has slope one inside, and less where its first and last frame are repeated")
  func ramp() {
    var stream = DeltaStream(options: DeltaOptions(order: 1, window: 2), channels: 1)
    let output = run(&stream, Rows([0, 1, 2, 3, 4, 5]), parts: [6])
    // (−2·x[t−2] − x[t−1] + x[t+1] + 2·x[t+2]) / 10 with frames beyond the edges repeated.
    let expected: [Double] = [0, 0.5, 1, 0.8, 2, 1, 3, 1, 4, 0.8, 5, 0.5]
    #expect(output.largestError(to: expected) < 1e-6)
  }

  @Test("the weights of order 2, window 2 are those of order 1 convolved with themselves")
  func scales() {
    let scales = DeltaOptions(order: 2, window: 2).scales
    let expected: [[Double]] = [
      [1], [-0.2, -0.1, 0, 0.1, 0.2],
      [0.04, 0.04, 0.01, -0.04, -0.1, -0.04, 0.01, 0.04, 0.04],
    ]
    #expect(scales.count == 3)
    for (found, expected) in zip(scales, expected) {
      #expect(Rows(found).largestError(to: expected) < 1e-8)
    }
  }

  @Test(
    "rows agree with sums over clamped frames in double precision",
    arguments: [0, 1, 2, 3, 4, 5, 8, 9, 63, 64, 65, 200],
    [(0, 2), (1, 1), (1, 2), (2, 2), (2, 3), (3, 2), (9, 4)])
  func reference(frames: Int, options: (order: Int, window: Int)) {
    var generator = SplitMix64(seed: UInt64(frames))
    let rows = Rows(frames: frames, channels: 3, using: &generator)
    let options = DeltaOptions(order: options.order, window: options.window)
    var stream = DeltaStream(options: options, channels: 3)
    let output = run(&stream, rows, parts: [frames])
    #expect(output.channels == 3 * (options.order + 1))
    #expect(output.largestError(to: clampedDeltas(rows, options)) < 2e-6)
  }

  @Test(
    "the bits of a channel's derivatives do not depend on the number of channels",
    arguments: [2, 4, 5, 15, 16, 17, 20, 23, 40, 41])
  func lanes(channels: Int) {
    var generator = SplitMix64(seed: UInt64(channels))
    let rows = Rows(frames: 70, channels: channels, using: &generator)
    var stream = DeltaStream(options: DeltaOptions(), channels: channels)
    let together = run(&stream, rows, parts: [70])
    for channel in 0..<channels {
      var stream = DeltaStream(options: DeltaOptions(), channels: 1)
      let alone = run(&stream, Rows((0..<70).map { rows[$0, channel] }), parts: [70])
      let column = Rows(
        channels: 3,
        values: (0..<70).flatMap { frame in (0..<3).map { together[frame, $0 * channels + channel] } })
      #expect(column.hasSameBits(as: alone), "channel \(channel)")
    }
  }

  @Test("order 2 is the delta of the delta inside an utterance")
  func repeatedRegression() {
    var generator = SplitMix64(seed: 7)
    let rows = Rows(frames: 30, channels: 1, using: &generator)
    var second = DeltaStream(options: DeltaOptions(order: 2), channels: 1)
    let expected = run(&second, rows, parts: [30])
    var first = DeltaStream(options: DeltaOptions(order: 1), channels: 1)
    let once = run(&first, rows, parts: [30])
    first.reset()
    let twice = run(&first, Rows((0..<30).map { once[$0, 1] }), parts: [30])
    for frame in 4..<26 { #expect(abs(twice[frame, 1] - expected[frame, 2]) < 1e-5) }
  }

  @Test("cutting rows into calls does not change a bit", arguments: 0..<40)
  func chunking(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let options = DeltaOptions(
      order: Int.random(in: 0...3, using: &generator), window: Int.random(in: 1...4, using: &generator))
    let rows = Rows(
      frames: Int.random(in: 0...300, using: &generator), channels: Int.random(in: 1...9, using: &generator),
      using: &generator)
    var stream = DeltaStream(options: options, channels: rows.channels)
    let whole = run(&stream, rows, parts: [rows.frames])
    stream.reset()
    let parts = randomParts(of: rows.frames, using: &generator)
    #expect(run(&stream, rows, parts: parts).hasSameBits(as: whole), "seed \(seed), parts \(parts)")
  }

  @Test("a frame is emitted as soon as its window is complete, order · window frames later")
  func latency() {
    var stream = DeltaStream(options: DeltaOptions(order: 2, window: 2), channels: 1)
    #expect(stream.latencyFrames == 4)
    let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: 12)
    defer { buffer.deallocate() }
    let counts = [Float](repeating: 1, count: 7).map { value in
      withUnsafePointer(to: value) { stream.accept(UnsafeBufferPointer(start: $0, count: 1), into: buffer) }
    }
    #expect(counts == [0, 0, 0, 0, 1, 1, 1])
    #expect(stream.finish(into: buffer) == 4)
  }

  private func clampedDeltas(_ rows: Rows, _ options: DeltaOptions) -> [Double] {
    var weights: [[Int: Double]] = [[0: 1]]
    let squares = (-options.window...options.window).map { Double($0 * $0) }.reduce(0, +)
    for order in 0..<options.order {
      var next: [Int: Double] = [:]
      for j in -options.window...options.window {
        for (k, weight) in weights[order] { next[j + k, default: 0] += Double(j) * weight / squares }
      }
      weights.append(next)
    }
    var output: [Double] = []
    for frame in 0..<rows.frames {
      for order in weights {
        for channel in 0..<rows.channels {
          output.append(
            order.map { offset, weight in
              weight * Double(rows[min(max(frame + offset, 0), rows.frames - 1), channel])
            }.reduce(0, +))
        }
      }
    }
    return output
  }
}
