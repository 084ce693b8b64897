import Foundation
import Testing

@testable import Signal

@Suite("ResamplingStream") struct ResamplingStreamTests {
  /// Rates that corpora have, to the rates that front ends want.
  static let pairs = [
    [8000, 16_000], [11_025, 16_000], [22_050, 16_000], [32_000, 16_000], [44_100, 16_000], [48_000, 16_000],
    [16_000, 8000], [96_000, 16_000],
  ]

  private func resampled(
    _ samples: [Float], _ pair: [Int], piece: Int = 1 << 20, room: Int = 1 << 12
  ) throws -> [Float] {
    let stream = ResamplingStream(try #require(ResamplingPlan.between(pair[0], and: pair[1])))
    var output: [Float] = []
    var block = [Float](repeating: 0, count: room)
    func drain() {
      while stream.hasOutput {
        output += block[..<block.withUnsafeMutableBufferPointer { stream.read(into: $0) }]
      }
    }
    for start in stride(from: 0, to: samples.count, by: piece) {
      samples[start..<min(samples.count, start + piece)].withUnsafeBufferPointer { stream.accept($0) }
      drain()
    }
    stream.finish()
    drain()
    #expect(stream.isAtEnd)
    return output
  }

  private func tone(_ hertz: Double, rate: Int, count: Int) -> [Double] {
    (0..<count).map { 10_000 * sin(2 * Double.pi * hertz * Double($0) / Double(rate) + 0.3) }
  }

  @Test("tones of the pass band keep amplitude and time, within -95 dB of the exact signal", arguments: pairs)
  func passBand(pair: [Int]) throws {
    let nyquist = Double(min(pair[0], pair[1])) / 2
    for fraction in [0.02, 0.4, 0.75, ResamplingPlan.passband] {
      let hertz = fraction * nyquist
      let output = try resampled(tone(hertz, rate: pair[0], count: pair[0] / 2).map { Float($0) }, pair)
      let exact = tone(hertz, rate: pair[1], count: output.count)
      let middle = output.count / 4..<3 * output.count / 4
      let error = middle.reduce(0) { $0 + pow(Double(output[$1]) - exact[$1], 2) }
      let signal = middle.reduce(0) { $0 + pow(exact[$1], 2) }
      #expect(10 * log10(error / signal) < -95, "\(fraction) of \(nyquist) Hz")
      // Within 0.001 dB.
      let found = middle.reduce(0) { $0 + pow(Double(output[$1]), 2) }
      #expect(abs(10 * log10(found / signal)) < 0.001, "\(fraction) of \(nyquist) Hz")
    }
  }

  @Test("tones above the new Nyquist frequency are 100 dB lower", arguments: pairs.filter { $0[0] > $0[1] })
  func stopBand(pair: [Int]) throws {
    let nyquist = Double(pair[1]) / 2
    for fraction in [1.0, 1.02, 1.1, 1.3, 1.9] where fraction * nyquist < Double(pair[0]) / 2 {
      let input = tone(fraction * nyquist, rate: pair[0], count: pair[0] / 2)
      let output = try resampled(input.map { Float($0) }, pair)
      let middle = output[output.count / 4..<3 * output.count / 4]
      let power = middle.reduce(0) { $0 + Double($1) * Double($1) } / Double(middle.count)
      #expect(10 * log10(power / 5e7) < -ResamplingPlan.attenuationDecibels, "\(fraction)")
    }
  }

  @Test("bits depend neither on the pieces that are accepted nor on those that are read", arguments: pairs)
  func pieces(pair: [Int]) throws {
    let samples = (0..<3001).map { Float(($0 &* 7919) % 20_011 - 10_000) }
    let whole = try resampled(samples, pair)
    #expect(whole.count == (samples.count * pair[1] + pair[0] - 1) / pair[0])
    for (piece, room) in [(1, 1), (160, 7), (999, 4096)] {
      #expect(
        try resampled(samples, pair, piece: piece, room: room).map(\.bitPattern) == whole.map(\.bitPattern))
    }
  }

  @Test("samples of Int16 give the bits of the same floats, and a stream that is reset those of a new one")
  func reuse() throws {
    let stream = ResamplingStream(try #require(ResamplingPlan.between(8000, and: 16_000)))
    let samples = (0..<700).map { Int16(truncatingIfNeeded: $0 &* 7919) }
    var block = [Float](repeating: 0, count: 2000)
    func read() -> [Float] {
      stream.finish()
      return Array(block[..<block.withUnsafeMutableBufferPointer { stream.read(into: $0) }])
    }
    samples.withUnsafeBufferPointer { stream.accept($0) }
    let first = read()
    stream.reset()
    samples.map { Float($0) }.withUnsafeBufferPointer { stream.accept($0) }
    #expect(first == read() && first.count == 1400)
  }

  @Test("a constant stays as it is away from the ends, and an empty signal stays empty", arguments: pairs)
  func constant(pair: [Int]) throws {
    let output = try resampled([Float](repeating: 100, count: pair[0] / 10), pair)
    #expect(output[output.count / 3..<output.count / 2].allSatisfy { abs($0 - 100) < 1e-3 })
    #expect(try resampled([], pair) == [])
  }

  @Test("a boundary on another clock is the first sample that is not before it, as exact fractions decide")
  func boundaries() {
    for (from, to) in [(8000, 16_000), (44_100, 16_000), (11_025, 16_000), (16_000, 22_050)] {
      for sample in [0, 1, 2, 3, 159, 160, 441, 1000, 44_099, 123_457] {
        let other = ResamplingPlan.sample(sample, of: from, at: to)
        // other / to >= sample / from > (other − 1) / to
        #expect(other * from >= sample * to && (other - 1) * from < sample * to)
      }
    }
    // Far beyond what a Double can distinguish.
    #expect(ResamplingPlan.sample(1 << 60, of: 3, at: 2) == ((1 << 61) + 2) / 3)
  }

  @Test("rates too far apart, or in too odd a ratio, have no plan")
  func limits() {
    #expect(ResamplingPlan.between(1_024_001, and: 16_000) == nil)
    #expect(ResamplingPlan.between(100, and: 16_000) == nil)
    #expect(ResamplingPlan.between(9_999_991, and: 9_999_973) == nil)
    #expect(ResamplingPlan.between(192_000, and: 8000) != nil)
  }
}
