import Foundations
import Signal
import TestSupport
import Testing

@Suite("Sliding mean and variance normalization")
struct SlidingCMVNStreamTests {
  @Test("Kaldi's windows: [t − 600, t + 1), at least 100 frames at the start, cut at the end")
  func kaldiWindows() {
    // With a single frame of value 1, the mean shows the length of the window and whether it contains that
    // frame.
    let step = 250
    let rows = Rows((0..<1000).map { $0 == step ? 1 : 0 })
    var stream = SlidingCMVNStream(options: SlidingCMVNOptions(), channels: 1)
    let output = run(&stream, rows, parts: [1000])
    #expect(output[249, 0] == 0)
    #expect(output[250, 0] == Float(1 - 1.0 / 251))
    #expect(output[599, 0] == Float(-1.0 / 600))
    #expect(output[600, 0] == Float(-1.0 / 601))
    #expect(output[850, 0] == Float(-1.0 / 601), "frame 250 is the first of 601")
    #expect(output[851, 0] == 0)

    var early = SlidingCMVNStream(options: SlidingCMVNOptions(), channels: 1)
    let start = run(&early, Rows((0..<200).map { $0 == 99 ? 1 : 0 }), parts: [200])
    #expect(start[0, 0] == Float(-1.0 / 100), "frame 99 is the last of the first window")
    #expect(start[149, 0] == Float(-1.0 / 150))

    var short = SlidingCMVNStream(options: SlidingCMVNOptions(), channels: 1)
    let cut = run(&short, Rows([3, 5]), parts: [2])
    #expect(cut == Rows([-1, 1]), "an utterance shorter than the minimum window is one window")
  }

  @Test("a centered window stays inside the utterance at both ends")
  func centered() {
    let options = SlidingCMVNOptions(window: 4, isCentered: true)
    var stream = SlidingCMVNStream(options: options, channels: 1)
    let output = run(&stream, Rows([1, 2, 3, 4, 5, 6]), parts: [6])
    // Windows [0,4) [0,4) [0,4) [1,5) [2,6) [2,6).
    #expect(output == Rows([-1.5, -0.5, 0.5, 0.5, 0.5, 1.5]))
  }

  @Test(
    "with variance, a window of one frame gives zeros, and constants are divided by the root of the floor")
  func varianceEdges() {
    let options = SlidingCMVNOptions(normalizesVariance: true)
    var stream = SlidingCMVNStream(options: options, channels: 2)
    #expect(run(&stream, Rows(channels: 2, values: [7, -3]), parts: [1]).values == [0, 0])
    stream.reset()
    let output = run(&stream, Rows(channels: 2, values: [1, 4, 3, 4]), parts: [2])
    #expect(output.values == [-1, 0, 1, 0])
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var options: SlidingCMVNOptions
    var testDescription: String {
      "\(options.window)/\(options.minimumWindow)\(options.isCentered ? " centered" : "")"
        + (options.normalizesVariance ? " var" : "")
    }
  }

  static let cases: [Case] = [(600, 100), (10, 4), (1, 1), (5, 20), (7, 7), (2, 1)].flatMap { sizes in
    [(false, false), (true, false), (false, true), (true, true)].map { centered, variance in
      Case(
        options: SlidingCMVNOptions(
          window: sizes.0, minimumWindow: sizes.1, isCentered: centered, normalizesVariance: variance))
    }
  }

  @Test(
    "rows agree with windows summed anew in double precision",
    arguments: cases, [0, 1, 2, 3, 6, 19, 20, 21, 99, 100, 599, 601, 750])
  func reference(_ example: Case, frames: Int) {
    var generator = SplitMix64(seed: UInt64(frames + 1))
    let rows = Rows(frames: frames, channels: 2, using: &generator)
    var stream = SlidingCMVNStream(options: example.options, channels: 2)
    let output = run(&stream, rows, parts: [frames])
    #expect(output.largestError(to: freshWindows(rows, example.options)) < 1e-6)
  }

  @Test("cutting rows into calls does not change a bit", arguments: cases, 0..<4 as Range<UInt64>)
  func chunking(_ example: Case, seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let rows = Rows(frames: Int.random(in: 0...900, using: &generator), channels: 3, using: &generator)
    var stream = SlidingCMVNStream(options: example.options, channels: 3)
    let whole = run(&stream, rows, parts: [rows.frames])
    stream.reset()
    let parts = randomParts(of: rows.frames, using: &generator)
    #expect(run(&stream, rows, parts: parts).hasSameBits(as: whole), "seed \(seed), parts \(parts)")
  }

  @Test("rows are delayed exactly by the latency", arguments: cases)
  func latency(_ example: Case) {
    var stream = SlidingCMVNStream(options: example.options, channels: 1)
    var given = 0
    var row: Float = 0
    let buffer = UnsafeMutableBufferPointer<Float>.allocate(
      capacity: stream.maximumFrames(accepting: 1))
    defer { buffer.deallocate() }
    for frame in 0..<1300 {
      row += 1
      given += withUnsafePointer(to: row) {
        stream.accept(UnsafeBufferPointer(start: $0, count: 1), into: buffer)
      }
      if given > 0, given == 1 || frame == stream.initialLatencyFrames {
        #expect(frame == stream.initialLatencyFrames)
      }
    }
    #expect(1300 - given == stream.latencyFrames)
  }

  /// Kaldi's rule, frame by frame, with the length of the utterance known.
  private func freshWindows(_ rows: Rows, _ options: SlidingCMVNOptions) -> [Double] {
    var output: [Double] = []
    for frame in 0..<rows.frames {
      var start = options.isCentered ? frame - options.window / 2 : frame - options.window
      var end = options.isCentered ? start + options.window : frame + 1
      if start < 0 {
        end -= start
        start = 0
      }
      if !options.isCentered { end = max(frame + 1, options.minimumWindow) }
      if end > rows.frames {
        start = max(0, start - (end - rows.frames))
        end = rows.frames
      }
      for channel in 0..<rows.channels {
        let window = (start..<end).map { Double(rows[$0, channel]) }
        let mean = window.reduce(0, +) / Double(window.count)
        var value = Double(rows[frame, channel]) - mean
        if options.normalizesVariance {
          let variance = window.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(window.count)
          value = window.count == 1 ? 0 : value / max(variance, 1e-10).squareRoot()
        }
        output.append(value)
      }
    }
    return output
  }
}
