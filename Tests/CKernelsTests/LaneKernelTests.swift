import CKernels
import Foundation
import Foundations
import TestSupport
import Testing

@Suite("LaneKernel")
struct LaneKernelTests {
  static let positions: [Int32] = [0, 7, 3, 12, 3, 1]

  static func values(_ count: Int, seed: UInt64) -> [Float] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in Float.random(in: -1...1, using: &random) }
  }

  @Test("power is |z|² at the requested positions within 1.5 ulp, identical for all instruction sets")
  func power() {
    let tile = Self.values(13 * 16, seed: 1)
    var all: Set<[UInt32]> = []
    for set in InstructionSet.all {
      for offset in [0, 3] {
        let found = withFloats(tile, offset: offset) { tile in
          output(8 * Self.positions.count, offset: offset) {
            set.lanes.power(tile, Self.positions, Self.positions.count, $0)
          }
        }
        for (c, position) in Self.positions.enumerated() {
          for lane in 0..<8 {
            let at = 16 * Int(position) + lane
            let (re, im) = (Double(tile[at]), Double(tile[at + 8]))
            let exact = re * re + im * im
            #expect(abs(Double(found[8 * c + lane]) - exact) <= 1.5 * 0x1p-23 * exact)
          }
        }
        all.insert(found.bits)
      }
    }
    #expect(all.count == 1)
  }

  @Test(
    "the gradient of power agrees with finite differences, and other positions stay unchanged",
    arguments: [false, true])
  func powerGradient(usesLog: Bool) {
    let positions: [Int32] = [4, 0, 2]
    let (tile, gradient) = (Self.values(5 * 16, seed: 2), Self.values(3 * 8, seed: 3))
    let offset = 0.25
    func loss(_ tile: [Double]) -> Double {
      var sum = 0.0
      for (c, position) in positions.enumerated() {
        for lane in 0..<8 {
          let at = 16 * Int(position) + lane
          let power = tile[at] * tile[at] + tile[at + 8] * tile[at + 8]
          sum += Double(gradient[8 * c + lane]) * (usesLog ? log(power + offset) : power)
        }
      }
      return sum
    }
    var all: Set<[UInt32]> = []
    for set in InstructionSet.all {
      let found = withFloats(gradient) { gradient in
        withFloats(tile) { z in
          set.lanes.power_gradient(z, positions, positions.count, gradient, usesLog, Float(offset))
          return Array(UnsafeBufferPointer(start: z, count: tile.count))
        }
      }
      for i in tile.indices {
        guard positions.contains(Int32(i / 16)) else {
          #expect(found[i] == tile[i])
          continue
        }
        var (up, down) = (tile.map { Double($0) }, tile.map { Double($0) })
        up[i] += 1e-5
        down[i] -= 1e-5
        #expect(abs(Double(found[i]) - (loss(up) - loss(down)) / 2e-5) < 1e-5)
      }
      all.insert(found.bits)
    }
    #expect(all.count == 1)
  }

  @Test("bands of every width are summed in the documented order by all instruction sets")
  func pooling() {
    let widths = [0, 1, 2, 7, 8, 9, 15, 16, 17, 31, 40]
    var bands: [ck_band] = []
    var offset = 0
    for (b, width) in widths.enumerated() {
      bands.append(ck_band(first_point: Int32(3 * b), width: Int32(width), offset: Int32(offset)))
      offset += width
    }
    let (weights, power) = (Self.values(offset, seed: 4), Self.values(8 * 80, seed: 5))
    for set in InstructionSet.all {
      let found = withFloats(weights) { weights in
        withFloats(power) { power in
          output(8 * bands.count) { set.lanes.pool(bands, bands.count, weights, power, $0) }
        }
      }
      for (b, band) in bands.enumerated() {
        for lane in 0..<8 {
          func term(_ i: Int) -> Float {
            weights[Int(band.offset) + i] * power[8 * (Int(band.first_point) + i) + lane]
          }
          let (width, whole) = (Int(band.width), Int(band.width) / 8 * 8)
          var s = [Float](repeating: 0, count: 8)
          for i in 0..<whole { s[i % 8] += term(i) }
          var sum = ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]))
          for i in whole..<width { sum += term(i) }
          #expect(found[8 * b + lane].bitPattern == sum.bitPattern, "\(set), width \(width)")
        }
      }
    }
  }
}
