import CKernels
import Foundation
import Foundations
import TestSupport
import Testing

@Suite("SpectrumKernel")
struct SpectrumKernelTests {
  static func values(_ count: Int, seed: UInt64, in range: ClosedRange<Float> = 0...1000) -> [Float] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in Float.random(in: range, using: &random) }
  }

  /// The table of exp(−πik/m) in the layout of the kernel.
  static func twiddles(_ m: Int) -> [Float] {
    let slack = Int(CK_SLACK)
    let padded = (m / 2 + 1 + slack - 1) / slack * slack
    var table = [Float](repeating: 0, count: 2 * padded)
    for k in 0...m / 2 {
      table[k] = Float(cos(Double.pi * Double(k) / Double(m)))
      table[padded + k] = Float(-sin(Double.pi * Double(k) / Double(m)))
    }
    return table
  }

  static let halfSizes = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 50, 64, 100, 128]

  @Test(
    "power of a real signal, from the transform of its even and odd samples, is exact within 2e-6",
    arguments: InstructionSet.all, [false, true])
  func power(set: InstructionSet, magnitude: Bool) {
    for m in Self.halfSizes {
      let signal = Self.values(2 * m, seed: UInt64(m), in: -1000...1000)
      let packed = naiveDFT(
        real: (0..<m).map { Double(signal[2 * $0]) }, imaginary: (0..<m).map { Double(signal[2 * $0 + 1]) })
      let z = (0..<m).flatMap { [Float(packed.real[$0]), Float(packed.imaginary[$0])] } + [.nan, .nan]
      let found = withFloats(z) { z in
        withFloats(Self.twiddles(m)) { twiddles in
          output(m + 1) { set.signal.power(z, twiddles, m, magnitude, $0) }
        }
      }
      let exact = naiveDFT(real: signal.map { Double($0) }, imaginary: [Double](repeating: 0, count: 2 * m))
      let powers = (0...m).map { 4 * (pow(exact.real[$0], 2) + pow(exact.imaginary[$0], 2)) }
      let expected = magnitude ? powers.map { $0.squareRoot() } : powers
      let strongest = expected.max() ?? 1
      for k in 0...m {
        #expect(abs(Double(found[k]) - expected[k]) < 2e-6 * strongest, "point \(k) of \(m)")
      }
    }
  }

  /// Triangles of random widths, with some empty segments.
  struct Bank {
    var widths: [Int32]
    var weights: [Float]
    var firstPoint = 3

    init(bins: Int, seed: UInt64) {
      var random = SplitMix64(seed: seed)
      widths = (0...bins).map { _ in Int32.random(in: 0...11, using: &random) }
      weights = []
      for width in widths {
        for start in stride(from: 0, to: Int(width), by: 4) {
          for _ in 0..<2 {
            for i in 0..<4 {
              weights.append(start + i < width ? Float.random(in: 0...1, using: &random) : 0)
            }
          }
        }
      }
    }

    var bins: Int { widths.count - 1 }
    var endPoint: Int { firstPoint + widths.reduce(0) { $0 + Int($1) } }

    func with<Result>(logarithm: Bool, _ body: (UnsafePointer<ck_filter_bank>) -> Result) -> Result {
      withFloats(weights, spare: 0) { weights in
        widths.withUnsafeBufferPointer { widths in
          guard let base = widths.baseAddress else { preconditionFailure("a bank has a segment") }
          var bank = ck_filter_bank(
            bins: Int32(bins), widths: base, weights: weights, first_point: Int32(firstPoint),
            end_point: Int32(endPoint), floor: 0x1p-23, logarithm: logarithm)
          return withUnsafePointer(to: &bank, body)
        }
      }
    }

    /// The sums in double precision.
    func sums(_ power: ArraySlice<Float>) -> [Double] {
      var sums = [Double](repeating: 0, count: bins)
      var point = power.startIndex + firstPoint
      var chunk = 0
      for (segment, width) in widths.enumerated() {
        for i in 0..<Int(width) {
          let at = chunk + i / 4 * 8 + i % 4
          if segment < bins { sums[segment] += Double(weights[at]) * Double(power[point]) }
          if segment > 0 { sums[segment - 1] += Double(weights[at + 4]) * Double(power[point]) }
          point += 1
        }
        chunk += (Int(width) + 3) / 4 * 8
      }
      return sums
    }
  }

  @Test(
    "mel sums of a single frame are exact within 1e-6 and identical to those in a group",
    arguments: InstructionSet.all, [1, 2, 3, 4, 7, 23, 40, 81])
  func mel(set: InstructionSet, bins: Int) {
    let bank = Bank(bins: bins, seed: UInt64(bins))
    let stride = (bank.endPoint + 15) / 16 * 16 + 16
    let powers = Self.values(stride * set.group, seed: 2)
    for logarithm in [false, true] {
      let group = withFloats(powers) { powers in
        withFloats([Float](repeating: 0, count: stride * set.group)) { scratch in
          output(bins * set.group) { out in
            bank.with(logarithm: logarithm) { set.signal.mel_group($0, powers, stride, scratch, out) }
          }
        }
      }
      for frame in 0..<set.group {
        let row = powers[frame * stride..<(frame + 1) * stride]
        // Points beyond the triangles are NaN, since they must not be used.
        var masked = Array(row)
        for k in bank.endPoint..<stride { masked[k] = .nan }
        for k in 0..<bank.firstPoint { masked[k] = .nan }
        let single = withFloats(masked) { power in
          withFloats([Float](repeating: 0, count: 2 * bins + Int(CK_SLACK))) { scratch in
            output(bins) { out in
              bank.with(logarithm: logarithm) { set.signal.mel($0, power, scratch, out) }
            }
          }
        }
        let fromGroup = (0..<bins).map { group[$0 * set.group + frame] }
        #expect(single.bits == fromGroup.bits, "frame \(frame)")
        for (bin, sum) in bank.sums(row).enumerated() {
          let expected = logarithm ? log(max(sum, 0x1p-23)) : max(sum, 0x1p-23)
          #expect(abs(Double(single[bin]) - expected) <= 1e-6 * max(1, abs(expected)), "bin \(bin)")
        }
      }
    }
  }

  @Test(
    "the product of a matrix and a single vector is exact within 1e-4 and identical to that in a group",
    arguments: InstructionSet.all)
  func matrix(set: InstructionSet) {
    for (rows, columns) in [(1, 1), (13, 40), (13, 23), (17, 5), (40, 40), (3, 80)] {
      let matrix = Self.values(rows * columns, seed: 1, in: -1...1)
      let vectors = Self.values(columns * set.group, seed: 2, in: -20...20)
      let group = withFloats(matrix) { matrix in
        withFloats(vectors) { x in
          output(rows * set.group) { set.signal.matrix_group(matrix, rows, columns, x, $0) }
        }
      }
      for frame in 0..<set.group {
        let vector = (0..<columns).map { vectors[$0 * set.group + frame] }
        let single = withFloats(matrix) { matrix in
          withFloats(vector) { x in output(rows) { set.signal.matrix(matrix, rows, columns, x, $0) } }
        }
        #expect(single.bits == (0..<rows).map { group[$0 * set.group + frame].bitPattern })
        for k in 0..<rows {
          let expected = (0..<columns).reduce(0.0) {
            $0 + Double(matrix[k * columns + $1]) * Double(vector[$1])
          }
          #expect(abs(Double(single[k]) - expected) < 1e-4)
        }
      }
    }
  }

  @Test("store_rows writes whole rows and nothing past them", arguments: InstructionSet.all)
  func rows(set: InstructionSet) {
    for channels in [1, 3, 4, 5, 8, 13, 16, 17, 23, 40, 41, 80] {
      let values = Self.values(channels * set.group, seed: 3)
      for frames in 1...set.group {
        let rows = withFloats(values) { x in
          output(frames * channels + 8) { set.signal.store_rows(x, channels, frames, $0) }
        }
        for frame in 0..<frames {
          for channel in 0..<channels {
            #expect(rows[frame * channels + channel] == values[channel * set.group + frame])
          }
        }
        #expect(rows.suffix(8).allSatisfy { $0 == 0 })
      }
    }
  }

  @Test("instruction sets with a fused multiply-add give identical spectra, mel sums and products")
  func fusedSetsAgree() {
    guard let first = InstructionSet.fused.first else { return }
    for set in InstructionSet.fused.dropFirst() {
      for m in Self.halfSizes + [200, 256] {
        let z = Self.values(2 * m, seed: UInt64(m), in: -1000...1000) + [0, 0]
        let run = { (set: InstructionSet) in
          withFloats(z) { z in
            withFloats(Self.twiddles(m)) { twiddles in
              output(m + 1) { set.signal.power(z, twiddles, m, false, $0) }
            }
          }.bits
        }
        #expect(run(set) == run(first), "\(set) against \(first), \(m) points")
      }
      for bins in [3, 23, 40, 80] {
        let bank = Bank(bins: bins, seed: UInt64(bins))
        let powers = Self.values(bank.endPoint + 16, seed: 4)
        let matrix = Self.values(13 * bins, seed: 5, in: -1...1)
        let run = { (set: InstructionSet) in
          withFloats(powers) { power in
            withFloats([Float](repeating: 0, count: 2 * bins + Int(CK_SLACK))) { scratch in
              withFloats(matrix) { matrix in
                output(bins + 13) { out in
                  bank.with(logarithm: true) { set.signal.mel($0, power, scratch, out) }
                  set.signal.matrix(matrix, 13, bins, out, out + bins)
                }
              }
            }
          }.bits
        }
        #expect(run(set) == run(first), "\(set) against \(first), \(bins) bins")
      }
    }
  }
}
