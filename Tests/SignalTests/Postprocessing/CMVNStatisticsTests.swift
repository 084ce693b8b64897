import Foundations
import Signal
import TestSupport
import Testing

@Suite("Mean and variance statistics")
struct CMVNStatisticsTests {
  private func statistics(_ rows: Rows, parts: [Int]? = nil) -> CMVNStatistics {
    var statistics = CMVNStatistics(channels: rows.channels)
    var start = 0
    for part in parts ?? [rows.frames] {
      let end = start + part * rows.channels
      Array(rows.values[start..<end]).withUnsafeBufferPointer { statistics.accumulate($0) }
      start = end
    }
    return statistics
  }

  private func apply(_ normalization: CMVNNormalization, to rows: Rows) -> Rows {
    var rows = rows
    rows.values.withUnsafeMutableBufferPointer { normalization.apply(to: $0) }
    return rows
  }

  @Test("the matrix is Kaldi's: sums and count; sums of squares and an unused column")
  func layout() {
    let rows = Rows(channels: 2, values: [1, 10, 2, 20, 4, 40])
    #expect(statistics(rows).matrix == [7, 70, 3, 21, 2100, 0])
    #expect(CMVNStatistics(channels: 1).matrix == [0, 0, 0, 0])
  }

  @Test("mean, variance and normalized rows equal those computed by hand")
  func byHand() throws {
    let rows = Rows(channels: 2, values: [1, 5, 3, 5])
    let statistics = statistics(rows)
    #expect(statistics.mean(ofChannel: 0) == 2)
    #expect(statistics.variance(ofChannel: 0) == 1)
    let mean = try CMVNNormalization(statistics, normalizesVariance: false)
    #expect(apply(mean, to: rows).values == [-1, 0, 1, 0])
    let both = try CMVNNormalization(statistics, normalizesVariance: true)
    // A constant channel: variance floored at 1e-20, so scaled by 1e10 and shifted by −5e10.
    #expect(both.flooredChannels == [1])
    #expect(apply(both, to: rows).values[0] == -1)
    #expect(both.scales?[1] == 1e10)
    #expect(both.offsets[1] == -5e10)
  }

  @Test("normalized rows have mean 0 and variance 1", arguments: [2, 3, 100, 1000])
  func normalized(frames: Int) throws {
    var generator = SplitMix64(seed: UInt64(frames))
    let rows = Rows(frames: frames, channels: 3, using: &generator)
    let output = apply(try CMVNNormalization(statistics(rows), normalizesVariance: true), to: rows)
    let after = statistics(output)
    for channel in 0..<3 {
      #expect(abs(after.mean(ofChannel: channel)) < 1e-6)
      #expect(abs(after.variance(ofChannel: channel) - 1) < 1e-5)
    }
  }

  @Test("cutting an utterance into calls does not change a bit", arguments: 0..<20)
  func chunking(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let rows = Rows(frames: Int.random(in: 0...300, using: &generator), channels: 3, using: &generator)
    let parts = randomParts(of: rows.frames, using: &generator)
    #expect(statistics(rows, parts: parts) == statistics(rows), "seed \(seed), parts \(parts)")
  }

  @Test("invalid statistics from a file are rejected")
  func malformed() {
    #expect(throws: PostprocessingError.malformedStatistics(rows: 3, columns: 2)) {
      try CMVNStatistics(matrix: [1, 2, 3, 4, 5, 6], rows: 3, columns: 2)
    }
    #expect(throws: PostprocessingError.malformedStatistics(rows: 2, columns: .max)) {
      try CMVNStatistics(matrix: [1], rows: 2, columns: .max)
    }
    #expect(throws: PostprocessingError.invalidStatistics(row: 0, column: 1)) {
      try CMVNStatistics(matrix: [1, -1, 1, 0], rows: 2, columns: 2)
    }
    #expect(throws: PostprocessingError.invalidStatistics(row: 0, column: 0)) {
      try CMVNStatistics(matrix: [.nan, 1, 1, 0], rows: 2, columns: 2)
    }
    #expect(throws: PostprocessingError.insufficientStatistics(count: 0)) {
      try CMVNNormalization(CMVNStatistics(channels: 2), normalizesVariance: false)
    }
  }

  @Test("a matrix makes the round trip")
  func roundTrip() throws {
    var generator = SplitMix64(seed: 3)
    let statistics = statistics(Rows(frames: 9, channels: 4, using: &generator))
    #expect(try CMVNStatistics(matrix: statistics.matrix, rows: 2, columns: 5) == statistics)
  }
}
