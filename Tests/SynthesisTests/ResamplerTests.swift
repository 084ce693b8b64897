import Foundation
import Testing

@testable import Synthesis

@Suite struct ResamplerTests {
  @Test("a tone changes its frequency and keeps its level", arguments: [0.8, 0.93, 1.0, 1.1, 1.378])
  func tone(step: Double) {
    let count = 8000
    let tone = (0..<count).map { Float(1000 * sin(0.3 * Double($0))) }
    let length = Int((Double(count) / step).rounded())
    let resampled = Resampler(step: Double(count) / Double(length)).resampled(tone, count: length)
    let exact = Double(count) / Double(length)
    var worst = 0.0
    for index in 200..<length - 200 {
      worst = max(worst, abs(Double(resampled[index]) - 1000 * sin(0.3 * exact * Double(index))))
    }
    #expect(worst < 1, "amplitude 1000")
  }

  @Test("frequencies that would alias are removed")
  func aliasing() {
    // At a step of 1.25, 0.9 of the old Nyquist frequency is above the new one.
    let tone = (0..<8000).map { Float(1000 * sin(0.9 * .pi * Double($0))) }
    let resampled = Resampler(step: 1.25).resampled(tone, count: 6400)
    #expect(resampled[200..<6200].allSatisfy { abs($0) < 2 })
  }
}
