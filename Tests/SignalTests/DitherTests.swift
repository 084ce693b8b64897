import Foundation
import TestSupport
import Testing

@testable import Signal

@Suite("Dither")
struct DitherTests {
  // The known answers of Random123 for philox4x32 with ten rounds.
  @Test(
    "Philox gives the known answers of its authors",
    arguments: [
      ([0, 0, 0, 0], [0, 0], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
      (
        [0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff], [0xffff_ffff, 0xffff_ffff],
        [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
      ),
      (
        [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0],
        [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
      ),
    ] as [([UInt32], [UInt32], [UInt32])])
  func knownAnswers(counter: [UInt32], key: [UInt32], words: [UInt32]) {
    let given = ReferenceDither.philox(
      counter: SIMD4(counter[0], counter[1], counter[2], counter[3]), key: SIMD2(key[0], key[1]))
    #expect((0..<4).map { given[$0] } == words)
  }

  @Test("the variates are standard normal: mean, variance, kurtosis and tails")
  func moments() {
    var values: [Double] = []
    for frame in 0..<500 as Range<UInt64> {
      values += ReferenceDither.normals(count: 400, seed: 1, utterance: 3, frame: frame)
    }
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
    let fourth = values.reduce(0) { $0 + pow($1 - mean, 4) } / n
    // Five standard errors each.
    #expect(abs(mean) < 5 / n.squareRoot())
    #expect(abs(variance - 1) < 5 * (2 / n).squareRoot())
    #expect(abs(fourth / (variance * variance) - 3) < 5 * (24 / n).squareRoot())
    let beyondTwo = Double(values.filter { abs($0) > 2 }.count) / n
    #expect(abs(beyondTwo - 0.0455) < 5 * (0.0455 * 0.9545 / n).squareRoot())
  }

  @Test("dither depends on seed, utterance, frame and sample, and on nothing else")
  func keys() throws {
    var options = FilterBankOptions()
    options.frame.dither = 1
    let silence = [Int16](repeating: 0, count: 1600)
    let rows = try FilterBankPlan(options).features(of: silence, utteranceKey: 1)
    #expect(try FilterBankPlan(options).features(of: silence, utteranceKey: 1) == rows)
    #expect(try FilterBankPlan(options).features(of: silence, utteranceKey: 2) != rows)
    #expect(try FilterBankPlan(options).features(of: silence, utteranceKey: 1 << 40) != rows)
    #expect(rows[0..<40] != rows[40..<80])
    options.frame.seed = 2
    #expect(try FilterBankPlan(options).features(of: silence, utteranceKey: 1) != rows)
    options.frame.seed = 1 << 40 | 1
    #expect(try FilterBankPlan(options).features(of: silence, utteranceKey: 1) != rows)
  }

  @Test("frames below and above 2³² differ")
  func longStreams() {
    let early = ReferenceDither.normals(count: 8, seed: 1, utterance: 1, frame: 5)
    let late = ReferenceDither.normals(count: 8, seed: 1, utterance: 1, frame: 5 + 1 << 32)
    #expect(early != late)
  }
}
