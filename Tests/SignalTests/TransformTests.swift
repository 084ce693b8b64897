import Foundation
import Foundations
import TestSupport
import Testing

@testable import Signal

@Suite("The transform")
struct TransformTests {
  @Test(
    "Equals direct sums: within 1e-6 of the largest, at powers of two, odd sizes and primes",
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
      #expect(input.base[2 * k] == values[2 * k], "the input is kept")
    }
  }

  @Test("Sizes that make no sense are refused", arguments: [0, -1, .max])
  func refused(size: Int) {
    #expect(throws: SignalError.transformUnavailable(points: size)) { try ComplexFFT(size: size) }
  }

  @Test("Plans made and described in many tasks at once are one plan a size")
  func concurrency() async throws {
    let sizes = [24, 36, 48, 60, 72, 84, 96, 108]
    let plans = await withTaskGroup(of: [String].self) { group in
      for _ in 0..<8 {
        group.addTask {
          sizes.map { size in
            // The reference makes and destroys plans of its own meanwhile.
            _ = try? ReferenceDFT(size: size)
            return (try? ComplexFFT(size: size).planDescription) ?? ""
          }
        }
      }
      return await group.reduce(into: Set<[String]>()) { $0.insert($1) }
    }
    #expect(plans.count == 1)
    #expect(plans.first?.allSatisfy { $0.contains("dft") } == true)
  }

  @Test("Shipped wisdom, where it is for this FFTW, plans the usual sizes", arguments: FFTWWisdom.usualSizes)
  func wisdom(size: Int) throws {
    let expected: PlanProvenance = FFTWWisdom.shipped == nil ? .estimate : .wisdom
    #expect(try ComplexFFT(size: size).provenance == expected)
  }

  @Test("Threads that ask for the same transforms at once all get the same plans, and each runs")
  func planningAtOnce() throws {
    let sizes = (1...40).map { 6 * $0 }
    let asked = 400
    let descriptions = Guarded([Set<String>](repeating: [], count: sizes.count))
    DispatchQueue.concurrentPerform(iterations: asked) { index in
      let place = index % sizes.count
      guard let transform = try? ComplexFFT(size: sizes[place]) else { return }
      let input = AlignedBuffer<Float>([1] + [Float](repeating: 0, count: 2 * transform.size - 1))
      let output = AlignedBuffer<Float>(count: 2 * transform.size)
      transform.execute(input.base, output.base)
      // An impulse has a flat spectrum.
      let isFlat = (0..<transform.size).allSatisfy { abs(output.base[2 * $0] - 1) < 1e-6 }
      let text = isFlat ? transform.planDescription : "wrong at \(index)"
      descriptions.withLock { _ = $0[place].insert(text) }
    }
    let found = descriptions.withLock { $0 }
    #expect(found.allSatisfy { $0.count == 1 })
    #expect(!found.joined().contains { $0.isEmpty || $0.hasPrefix("wrong") })
  }

  @Test("The fingerprint tells versions, plan and kernels, and survives being made again")
  func fingerprint() throws {
    let fingerprint = try FilterBankPlan().fingerprint
    #expect(fingerprint.fftwVersion.hasPrefix("fftw-3"))
    #expect(fingerprint.planDigest.count == 16)
    #expect(fingerprint.kernels == Kernels.best.name)
    #expect(try FilterBankPlan().fingerprint == fingerprint)
    var other = FilterBankOptions()
    other.frame.sampleRateHertz = 8000
    #expect(try FilterBankPlan(other).fingerprint != fingerprint)
  }

  @Test("One bit of the window, of a mel weight or of the DCT changes the fingerprint's digest of the tables")
  func digestOfTables() throws {
    let core = try MFCCPlan().core
    let digest = ArithmeticFingerprint(core).tableDigest
    #expect(digest.count == 16)
    let bank = try #require(core.bank)
    let cosines = try #require(core.cosines)
    for table in [core.window, core.twiddles, bank.weights, cosines] {
      // The plan is this test's own, so that nobody else reads what is written here.
      let place = table.base + 7
      let before = place.pointee
      place.pointee = Float(bitPattern: before.bitPattern ^ 1)
      #expect(ArithmeticFingerprint(core).tableDigest != digest)
      place.pointee = before
    }
    #expect(ArithmeticFingerprint(core).tableDigest == digest)
  }

  @Test("Plans that differ in their tables alone have other fingerprints, though FFTW's plan is the same")
  func tablesAlone() throws {
    let fingerprint = try FilterBankPlan().fingerprint
    var variants = [FilterBankOptions](repeating: FilterBankOptions(), count: 2)
    variants[0].frame.window = .hamming
    variants[1].mel.bins = 41
    for options in variants {
      let other = try FilterBankPlan(options).fingerprint
      #expect(other.planDigest == fingerprint.planDigest)
      #expect(other.tableDigest != fingerprint.tableDigest)
    }
  }
}
