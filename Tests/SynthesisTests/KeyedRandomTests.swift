import Foundation
import Testing

@testable import Synthesis

@Suite struct KeyedRandomTests {
  @Test("normals have the moments of the normal distribution")
  func normals() {
    var random = KeyedRandom(seed: 1, key: "normals")
    let values = random.normals(count: 40_001).map(Double.init)
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    let fourth = values.reduce(0) { $0 + pow($1 - mean, 4) } / Double(values.count)
    #expect(abs(mean) < 0.02 && abs(variance - 1) < 0.03 && abs(fourth - 3) < 0.2)
  }

  @Test("different keys and seeds give different numbers")
  func keys() {
    var seen: Set<UInt64> = []
    for seed in UInt64(0)..<20 {
      for key in ["", "a", "b", "speaker/TRAIN/1", "speaker/TRAIN/10"] {
        var random = KeyedRandom(seed: seed, key: key)
        seen.insert(random.next())
      }
    }
    #expect(seen.count == 100)
  }
}
