import CKernels
import Foundations
import TestSupport
import Testing

@Suite("SampleKernel")
struct SampleKernelTests {
  static func samples(_ count: Int, seed: UInt64) -> [Float] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in Float(Int.random(in: -32_768...32_767, using: &random)) }
  }

  @Test("Int16 samples are converted exactly", arguments: InstructionSet.all)
  func conversion(set: InstructionSet) {
    var random = SplitMix64(seed: 1)
    for length in awkwardLengths {
      for offset in 0..<3 {
        var samples = (0..<length + offset).map { _ in Int16.random(in: .min ... .max, using: &random) }
        if length > 1 {
          samples[offset] = .min
          samples[offset + 1] = .max
        }
        let floats = output(length, offset: offset) { out in
          samples.withUnsafeBufferPointer { samples in
            guard let base = samples.baseAddress else { return }
            set.signal.convert_int16(base + offset, out, length)
          }
        }
        #expect(floats == samples[offset...].map { Float($0) })
      }
    }
  }

  @Test(
    "the sum of up to 8192 Int16-valued samples is exact, even for the largest samples",
    arguments: InstructionSet.all)
  func exactSum(set: InstructionSet) {
    for length in awkwardLengths + [8191, 8192] {
      for offset in [0, 1, 5] {
        let samples = Self.samples(length, seed: UInt64(length))
        let sum = withFloats(samples, offset: offset) { set.signal.sum($0, length) }
        #expect(sum == samples.reduce(0.0) { $0 + Double($1) })
      }
      let largest = [Float](repeating: -32_768, count: length)
      #expect(withFloats(largest) { set.signal.sum($0, length) } == -32_768 * Double(length))
    }
  }

  @Test("energy is the sum of squared deviations from the mean within 1e-5", arguments: InstructionSet.all)
  func energy(set: InstructionSet) {
    for length in awkwardLengths {
      for offset in [0, 3] {
        let samples = Self.samples(length, seed: UInt64(length))
        let energy = withFloats(samples, offset: offset) { set.signal.energy($0, length, 12.5) }
        let expected = samples.reduce(0.0) { $0 + (Double($1) - 12.5) * (Double($1) - 12.5) }
        #expect(abs(Double(energy) - expected) <= 1e-5 * expected)
      }
    }
  }

  @Test(
    "window applies DC removal, pre-emphasis and taper within 1e-6 of the largest sample",
    arguments: InstructionSet.all, [true, false])
  func window(set: InstructionSet, removesMean: Bool) {
    for length in awkwardLengths where length > 0 {
      for offset in [0, 1, 6] {
        let samples = Self.samples(length, seed: UInt64(length))
        let taper = (0..<length).map { Float($0 % 13) / 13 }
        let c: Float = 0.97
        let mean = removesMean ? samples.reduce(0.0) { $0 + Double($1) } / Double(length) : 0
        var foundMean: Float = 0
        let windowed = output(length, offset: offset) { out in
          withFloats(taper) { w in
            withFloats(samples, offset: offset) { x in
              foundMean = set.signal.window(x, w, out, length, c, removesMean)
            }
          }
        }
        #expect(foundMean == Float(mean))
        for i in 0..<length {
          let previous = Double(samples[max(i - 1, 0)]) - mean
          let expected = (Double(samples[i]) - mean - Double(c) * previous) * Double(taper[i])
          #expect(abs(Double(windowed[i]) - expected) < 1e-6 * 32_768, "sample \(i) of \(length)")
        }
      }
    }
  }

  @Test("instruction sets with a fused multiply-add give identical frames")
  func fusedSetsAgree() {
    guard let first = InstructionSet.fused.first else { return }
    for set in InstructionSet.fused.dropFirst() {
      for length in awkwardLengths where length > 0 {
        let samples = Self.samples(length, seed: UInt64(length)).map { $0 * 1.0001 }
        let run = { (set: InstructionSet) -> [UInt32] in
          withFloats(samples, offset: 1) { x in
            output(length + 3) { out in
              out[length] = set.signal.window(x, x, out, length, 0.97, true)
              out[length + 1] = set.signal.energy(x, length, 3.25)
              out[length + 2] = Float(set.signal.sum(x, length))
            }
          }.bits
        }
        #expect(run(set) == run(first), "\(set) against \(first), length \(length)")
        let noise = { (set: InstructionSet) -> [UInt32] in
          output(length) { out in
            for i in 0..<length { out[i] = 0 }
            set.signal.dither(out, length, 1.5, 11, 22, 33)
          }.bits
        }
        #expect(noise(set) == noise(first), "\(set) against \(first), dither, length \(length)")
      }
    }
  }

  @Test("the dither of a shorter frame is a prefix of that of a longer one", arguments: InstructionSet.all)
  func ditherPrefix(set: InstructionSet) {
    let run = { (length: Int) in
      output(length) { out in
        for i in 0..<length { out[i] = 0 }
        set.signal.dither(out, length, 1, 1, 2, 3)
      }
    }
    let longest = run(551)
    for length in awkwardLengths { #expect(run(length).bits == Array(longest.prefix(length)).bits) }
  }
}
