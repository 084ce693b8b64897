import TestSupport
import Testing

@testable import Signal

@Suite("Instruction sets")
struct InstructionSetTests {
  static let indices = Kernels.all.indices

  @Test("each meets the accuracy gate against double precision", arguments: indices)
  func accuracy(index: Int) throws {
    let samples = ReferenceFeaturesTests.noise(5000, seed: 3)
    for dither in [0.0, 1] {
      var options = FilterBankOptions()
      options.frame.dither = dither
      options.energy.isUsed = true
      let plan = try FilterBankPlan(options, kernels: Kernels.all[index])
      let reference = try ReferenceFeatures.filterBank(
        options, samples: samples.map { Double($0) }, utteranceKey: 4)
      let features = Matrix(plan.features(of: samples, utteranceKey: 4), channels: 41)
      #expect(features.distance(to: reference.matrix) < 5e-5)
    }
  }

  @Test("each gives a frame the same bits alone and in a group", arguments: indices)
  func alone(index: Int) throws {
    let kernels = Kernels.all[index]
    let plans: [any FeaturePlan] = [
      try FilterBankPlan(FilterBankOptions(), kernels: kernels),
      try MFCCPlan(MFCCOptions(), kernels: kernels),
    ]
    let samples = ReferenceFeaturesTests.noise(16_000, seed: 4)
    for plan in plans {
      let whole = plan.features(of: samples)
      let stream = plan.makeStream(utteranceKey: 0)
      var rows = [Float](repeating: 0, count: whole.count)
      rows.withUnsafeMutableBufferPointer { rows in
        samples.withUnsafeBufferPointer { samples in
          for start in stride(from: 0, to: samples.count, by: 160) {
            let row = UnsafeMutableBufferPointer(rebasing: rows[(stream.frameCount * plan.channels)...])
            stream.accept(UnsafeBufferPointer(rebasing: samples[start..<start + 160]), into: row)
          }
        }
      }
      #expect(rows.bits == whole.bits)
    }
  }

  @Test("those with a fused multiply-add agree to the bit")
  func twins() throws {
    let samples = ReferenceFeaturesTests.noise(8000, seed: 5)
    var options = FilterBankOptions()
    options.frame.dither = 1
    let fused = Kernels.all.filter { $0.name != "baseline" }
    let bits = try fused.map { try FilterBankPlan(options, kernels: $0).features(of: samples).bits }
    for other in bits.dropFirst() { #expect(other == bits[0]) }
  }

  @Test("dither variates are within 2e-6 of those in double precision", arguments: indices)
  func dither(index: Int) {
    for frame in [0, 1, 1 << 33] as [UInt64] {
      let expected = ReferenceDither.normals(count: 401, seed: 9, utterance: 1 << 63 | 5, frame: frame)
      var given = [Float](repeating: 0, count: 401)
      Kernels.all[index].addDither(
        to: &given, count: 401, scale: 1, seed: 9, utterance: 1 << 63 | 5, frame: frame)
      for i in 0..<401 { #expect(abs(Double(given[i]) - expected[i]) < 2e-6 * max(1, abs(expected[i]))) }
    }
  }
}
