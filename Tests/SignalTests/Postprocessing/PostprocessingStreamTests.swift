import Foundations
import Signal
import TestSupport
import Testing

@Suite("The chain of postprocessing steps")
struct PostprocessingStreamTests {
  /// Options of any combination of steps, drawn from a seed.
  static func randomOptions(using generator: inout SplitMix64) -> PostprocessingOptions {
    func isOn() -> Bool { Bool.random(using: &generator) }
    var options = PostprocessingOptions()
    if isOn() {
      options.deltas = DeltaOptions(
        order: Int.random(in: 1...3, using: &generator), window: Int.random(in: 1...30, using: &generator))
    }
    if isOn() {
      options.splice = SpliceOptions(
        left: Int.random(in: 0...5, using: &generator), right: Int.random(in: 0...90, using: &generator))
    }
    if isOn() {
      let factor = [-3, -1, 2, 3, 50, 100].randomElement(using: &generator) ?? 2
      options.subsample = SubsampleOptions(
        factor: factor, offset: factor < 0 ? 0 : Int.random(in: 0...70, using: &generator))
    }
    if isOn() {
      options.sliding = SlidingCMVNOptions(
        window: Int.random(in: 1...100, using: &generator),
        minimumWindow: Int.random(in: 1...30, using: &generator), isCentered: isOn(),
        normalizesVariance: isOn())
    }
    return options
  }

  @Test("equals its steps one after the other, however the rows are cut into calls", arguments: 0..<150)
  func composition(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let options = Self.randomOptions(using: &generator)
    let frames = [0, 1, 2, 63, 64, 65, 128, 129, 300].randomElement(using: &generator) ?? 1
    let rows = Rows(frames: frames, channels: 2, using: &generator)

    var expected = rows
    var deltas = DeltaStream(options: options.deltas, channels: 2)
    expected = run(&deltas, expected, parts: [expected.frames])
    var splice = SpliceStream(options: options.splice, channels: expected.channels)
    expected = run(&splice, expected, parts: [expected.frames])
    var subsample = SubsampleStream(options: options.subsample, channels: expected.channels)
    expected = run(&subsample, expected, parts: [expected.frames])
    if let options = options.sliding {
      var sliding = SlidingCMVNStream(options: options, channels: expected.channels)
      expected = run(&sliding, expected, parts: [expected.frames])
    }

    var stream = try PostprocessingStream(options: options, channels: 2)
    #expect(stream.outputChannels == expected.channels)
    #expect(options.frameCount(of: frames) == expected.frames)
    #expect(run(&stream, rows, parts: [frames]).hasSameBits(as: expected), "seed \(seed), \(options)")
    for _ in 0..<3 {
      stream.reset()
      let parts = randomParts(of: frames, using: &generator)
      #expect(
        run(&stream, rows, parts: parts).hasSameBits(as: expected), "seed \(seed), parts \(parts), \(options)"
      )
    }
  }

  @Test("delays no row by more than its latency", arguments: 0..<60)
  func latency(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let options = Self.randomOptions(using: &generator)
    var stream = try PostprocessingStream(options: options, channels: 1)
    let buffer = UnsafeMutableBufferPointer<Float>.allocate(
      capacity: stream.maximumFrames(accepting: 1) * stream.outputChannels)
    defer { buffer.deallocate() }
    var given = 0
    for frame in 0..<500 {
      given += withUnsafePointer(to: Float(frame)) {
        stream.accept(UnsafeBufferPointer(start: $0, count: 1), into: buffer)
      }
      // The next row belongs to a frame that still waits.
      let waiting = frame - options.inputFrame(ofOutput: given)
      #expect(waiting < stream.initialLatencyFrames, "seed \(seed), frame \(frame), \(options)")
      if frame > 2 * stream.initialLatencyFrames + 200 {
        #expect(waiting < stream.latencyFrames, "seed \(seed), frame \(frame), \(options)")
      }
    }
  }

  @Test("passes rows unchanged and at once without steps")
  func identity() throws {
    var stream = try PostprocessingStream(options: PostprocessingOptions(), channels: 3)
    let rows = Rows(channels: 3, values: [1, 2, 3, 4, 5, 6])
    #expect(run(&stream, rows, parts: [1, 0, 1]) == rows)
    #expect(stream.latencyFrames == 0)
    #expect(stream.maximumFinishFrames == 0)
  }

  @Test("rejects options out of range, or too large together, before it allocates")
  func refused() {
    func check(_ options: PostprocessingOptions, channels: Int = 40, _ error: PostprocessingError) {
      #expect(throws: error) { _ = try PostprocessingStream(options: options, channels: channels) }
    }
    check(
      PostprocessingOptions(deltas: DeltaOptions(order: -1)),
      .optionOutOfRange(option: .deltaOrder, found: -1, allowed: 0...999))
    check(
      PostprocessingOptions(splice: SpliceOptions(left: 0, right: .max)),
      .optionOutOfRange(option: .spliceRight, found: .max, allowed: 0...100_000))
    check(
      PostprocessingOptions(subsample: SubsampleOptions(factor: 0)),
      .optionOutOfRange(option: .subsampleFactor, found: 0, allowed: 1...100_000))
    check(
      PostprocessingOptions(subsample: SubsampleOptions(factor: -2, offset: 1)),
      .offsetWithRepetition(factor: -2, offset: 1))
    check(
      PostprocessingOptions(splice: SpliceOptions(left: 50_000, right: 50_000)),
      .tooLarge(channels: 4_000_040, allowed: PostprocessingOptions.maximumChannels))
    #expect(throws: PostprocessingError.self) {
      try PostprocessingOptions(sliding: SlidingCMVNOptions(window: 10_000_000)).validate(channels: 1000)
    }
  }
}
