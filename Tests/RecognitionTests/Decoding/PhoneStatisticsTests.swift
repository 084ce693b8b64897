import Foundation
import Recognition
import Testing

@Suite("PhoneStatistics")
struct PhoneStatisticsTests {
  @Test("frames and successions of phones, start and end are counted; deleted phones are left out")
  func counts() {
    var statistics = PhoneStatistics(classCount: 3)
    [0, 0, 2, -1, 2].map(Int32.init).withUnsafeBufferPointer { statistics.add(frameLabels: $0) }
    statistics.add(phones: [0, -1, 2, 2])
    statistics.add(phones: [Int32]())
    #expect(statistics.frames == [2, 0, 2])
    #expect(statistics.successions == [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0])
  }

  @Test("counts do not depend on the order of utterances")
  func merging() {
    var (a, b) = (PhoneStatistics(classCount: 2), PhoneStatistics(classCount: 2))
    a.add(phones: [0, 1])
    b.add(phones: [1, 1, 0])
    var (ab, ba) = (a, b)
    ab.merge(b)
    ba.merge(a)
    #expect(ab == ba)
  }

  @Test("the probabilities of every row add up to one, and none is zero")
  func probabilities() {
    var statistics = PhoneStatistics(classCount: 4)
    statistics.add(phones: [0, 1, 0, 1, 2])
    statistics.add(phones: [0, 2])
    [0, 0, 1].map(Int32.init).withUnsafeBufferPointer { statistics.add(frameLabels: $0) }
    #expect(abs(statistics.logPriors.reduce(0) { $0 + exp(Double($1)) } - 1) < 1e-6)
    let rows = statistics.logSuccessions
    for row in 0..<5 {
      let sum = (0..<5).reduce(0.0) { $0 + exp(Double(rows[row * 5 + $1])) }
      #expect(abs(sum - 1) < 1e-6)
    }
    #expect(rows.allSatisfy { $0.isFinite })
    // By hand: 1 follows 0 twice and 2 once, so c = 3 and T = 2; P(1) = (2 + 1) / (3 + 2 + 2 + 0 + 2 + 5).
    #expect(abs(exp(Double(rows[1])) - (2 + 2 * 3.0 / 14) / 5) < 1e-6)
  }
}
