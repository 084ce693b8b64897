import Foundation
import Foundations
import TestSupport
import Testing

@testable import Signal

@Suite("The complex FFT")
struct ComplexFFTTests {
  @Test(
    "is within 1e-6 of direct sums, relative to the maximum, at powers of two, odd sizes and primes",
    arguments: [1, 2, 3, 7, 16, 25, 81, 100, 127, 128, 200, 256])
  func directSums(size: Int) throws {
    var random = SplitMix64(seed: UInt64(size))
    let values = (0..<2 * size).map { _ in Float.random(in: -1...1, using: &random) }
    let input = AlignedBuffer<Float>(values)
    let output = AlignedBuffer<Float>(count: 2 * size)
    try ComplexFFT(size: size).execute(input.base, output.base)
    let expected = naiveDFT(
      real: (0..<size).map { Double(values[2 * $0]) },
      imaginary: (0..<size).map { Double(values[2 * $0 + 1]) })
    let largest = (expected.real + expected.imaginary).map { abs($0) }.max() ?? 1
    for k in 0..<size {
      #expect(abs(Double(output.base[2 * k]) - expected.real[k]) < 1e-6 * largest)
      #expect(abs(Double(output.base[2 * k + 1]) - expected.imaginary[k]) < 1e-6 * largest)
      #expect(input.base[2 * k] == values[2 * k], "the input is preserved")
    }
  }

  @Test("rejects invalid sizes", arguments: [0, -1, .max])
  func refused(size: Int) {
    #expect(throws: SignalError.transformUnavailable(points: size)) { try ComplexFFT(size: size) }
  }

  @Test("has one plan per size, even if made and described in many tasks at once")
  func concurrency() async throws {
    let sizes = [24, 36, 48, 60, 72, 84, 96, 108]
    let plans = await withTaskGroup(of: [String].self) { group in
      for _ in 0..<8 {
        group.addTask {
          sizes.map { size in (try? ComplexFFT(size: size).planDescription) ?? "" }
        }
      }
      return await group.reduce(into: Set<[String]>()) { $0.insert($1) }
    }
    #expect(plans.count == 1)
    #expect(plans.first?.allSatisfy { $0.contains("dft") } == true)
  }

  @Test("is planned by shipped wisdom at the usual sizes, if there is any", arguments: FFTWWisdom.usualSizes)
  func wisdom(size: Int) throws {
    let expected: PlanProvenance = FFTWWisdom.shipped == nil ? .estimate : .wisdom
    #expect(try ComplexFFT(size: size).provenance == expected)
  }

  @Test("is the same and usable in all threads that request it at once")
  func planningAtOnce() throws {
    let sizes = (1...40).map { 6 * $0 }
    let asked = 400
    let descriptions = Guarded([Set<String>](repeating: [], count: sizes.count))
    DispatchQueue.concurrentPerform(iterations: asked) { index in
      let sizeIndex = index % sizes.count
      guard let transform = try? ComplexFFT(size: sizes[sizeIndex]) else { return }
      let input = AlignedBuffer<Float>([1] + [Float](repeating: 0, count: 2 * transform.size - 1))
      let output = AlignedBuffer<Float>(count: 2 * transform.size)
      transform.execute(input.base, output.base)
      // An impulse has a flat spectrum.
      let isFlat = (0..<transform.size).allSatisfy { abs(output.base[2 * $0] - 1) < 1e-6 }
      let text = isFlat ? transform.planDescription : "wrong at \(index)"
      descriptions.withLock { _ = $0[sizeIndex].insert(text) }
    }
    let found = descriptions.withLock { $0 }
    #expect(found.allSatisfy { $0.count == 1 })
    #expect(!found.joined().contains { $0.isEmpty || $0.hasPrefix("wrong") })
  }
}
