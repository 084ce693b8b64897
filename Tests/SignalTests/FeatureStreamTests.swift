import CMeasurement
import Foundations
import TestSupport
import Testing

@testable import Signal

@Suite("The rows of a stream depend only on the samples")
struct FeatureStreamTests {
  /// Plans that cover every path through the code.
  static let plans: [(name: String, plan: any FeaturePlan)] = {
    var plans: [(String, any FeaturePlan)] = []
    for snipsEdges in [true, false] {
      for dither in [0.0, 1.0] {
        var bank = FilterBankOptions()
        bank.frame.snipsEdges = snipsEdges
        bank.frame.dither = dither
        var cepstra = MFCCOptions()
        cepstra.frame = bank.frame
        cepstra.energy.isUsed = dither == 0
        let name = "\(snipsEdges ? "snipped" : "reflected") dither \(dither)"
        if let plan = try? FilterBankPlan(bank) { plans.append(("bank \(name)", plan)) }
        if let plan = try? MFCCPlan(cepstra) { plans.append(("cepstra \(name)", plan)) }
        bank.energy.isUsed = true
        bank.energy.isRaw = snipsEdges
        bank.mel.bins = 23
        bank.frame.frameShiftMilliseconds = 40  // longer than a frame
        if let plan = try? FilterBankPlan(bank) { plans.append(("sparse \(name)", plan)) }
        bank.frame.frameShiftMilliseconds = 0.25
        bank.frame.frameLengthMilliseconds = 10.125  // 162 samples
        bank.frame.roundsToPowerOfTwo = false
        if let plan = try? FilterBankPlan(bank) { plans.append(("dense \(name)", plan)) }
        if let plan = try? WindowedFramePlan(cepstra.frame) { plans.append(("windows \(name)", plan)) }
        if let plan = try? SpectrumPlan(cepstra.frame, usesLog: snipsEdges) {
          plans.append(("spectrum \(name)", plan))
        }
      }
    }
    return plans
  }()

  @Test("all plans were made")
  func planCount() { #expect(Self.plans.count == 24) }

  @Test(
    "whole and in pieces of any size, as Int16 and as floats: equal bits", arguments: plans.indices,
    0..<4 as Range<UInt64>)
  func pieces(index: Int, seed: UInt64) throws {
    let plan = Self.plans[index].plan
    var random = SplitMix64(seed: seed &* 1000 &+ UInt64(index))
    for length in [0, 1, 79, 80, 240, 399, 400, 401, 1000, 2880, Int.random(in: 3000..<9000, using: &random)]
    {
      let samples = (0..<length).map { _ in Int16.random(in: .min ... .max, using: &random) }
      let whole = plan.features(of: samples, utteranceKey: seed)
      #expect(whole.count == plan.frame.frameCount(sampleCount: length) * plan.channels)
      #expect(whole.allSatisfy { $0.isFinite })
      let floats = samples.map { Float($0) }
      let fromFloats = plan.features(of: floats, utteranceKey: seed)
      #expect(
        fromFloats.bits == whole.bits, "\(Self.plans[index].name), floats, \(length) samples, seed \(seed)")
      let largest = [1, 7, 160, 5000].randomElement(using: &random) ?? 1
      let pieced = Self.inPieces(plan, samples, floats, utteranceKey: seed, largest: largest, using: &random)
      #expect(
        pieced.bits == whole.bits,
        "\(Self.plans[index].name), pieces up to \(largest), \(length) samples, seed \(seed)")
    }
  }

  /// Feeds pieces of random sizes, some as Int16 and some as floats, and checks all counts that the stream
  /// reports.
  private static func inPieces(
    _ plan: any FeaturePlan, _ samples: [Int16], _ floats: [Float], utteranceKey: UInt64, largest: Int,
    using random: inout SplitMix64
  ) -> [Float] {
    let stream = plan.makeStream(utteranceKey: utteranceKey)
    var rows: [Float] = []
    var at = 0
    func take(_ frames: Int, _ give: (UnsafeMutableBufferPointer<Float>) -> Int) {
      var piece = [Float](repeating: .nan, count: frames * plan.channels)
      let given = piece.withUnsafeMutableBufferPointer { give($0) }
      #expect(given == frames)
      rows += piece
    }
    while at < samples.count {
      let end = min(samples.count, at + Int.random(in: 0...largest, using: &random))
      let frames = stream.maximumFrames(accepting: end - at)
      if Bool.random(using: &random) {
        take(frames) { piece in
          samples[at..<end].withUnsafeBufferPointer { stream.accept($0, into: piece) }
        }
      } else {
        take(frames) { piece in
          floats[at..<end].withUnsafeBufferPointer { stream.accept($0, into: piece) }
        }
      }
      at = end
    }
    take(stream.maximumFinishFrames) { stream.finish(into: $0) }
    #expect(stream.sampleCount == samples.count)
    #expect(stream.frameCount * plan.channels == rows.count)
    return rows
  }

  @Test("a reset stream does not depend on the utterance before", arguments: plans.indices)
  func reset(index: Int) {
    let plan = Self.plans[index].plan
    var random = SplitMix64(seed: UInt64(index))
    let stream = plan.makeStream(utteranceKey: 0)
    for utterance in 0..<4 as Range<UInt64> {
      let samples = (0..<Int.random(in: 0..<3000, using: &random)).map { _ in
        Int16.random(in: .min ... .max, using: &random)
      }
      stream.reset(utteranceKey: utterance)
      var rows = [Float](
        repeating: 0,
        count: (stream.maximumFrames(accepting: samples.count)
          + stream.maximumFinishFrames(accepting: samples.count)) * plan.channels)
      rows.withUnsafeMutableBufferPointer { rows in
        let given = samples.withUnsafeBufferPointer { stream.accept($0, into: rows) }
        stream.finish(into: UnsafeMutableBufferPointer(rebasing: rows[(given * plan.channels)...]))
      }
      #expect(rows.bits == plan.features(of: samples, utteranceKey: utterance).bits)
    }
  }

  @Test("concurrent streams of one plan give equal bits")
  func concurrency() async throws {
    let plan = try FilterBankPlan()
    var random = SplitMix64(seed: 5)
    let samples = (0..<50_000).map { _ in Int16.random(in: .min ... .max, using: &random) }
    let expected = plan.features(of: samples).bits
    await withTaskGroup(of: [UInt32].self) { group in
      for _ in 0..<16 { group.addTask { plan.features(of: samples).bits } }
      for await bits in group { #expect(bits == expected) }
    }
  }

  @Test(
    "the state is below 64 KB for the default options",
    .disabled(if: Sanitizer.isOn, "allocations are not counted under a sanitizer"))
  func stateSize() throws {
    func byteCount(_ options: FilterBankOptions) throws -> UInt64 {
      let plan = try FilterBankPlan(options)
      // The runtime allocates metadata of types at their first use.
      _ = plan.makeStream()
      let before = measurement_allocated_bytes()
      let stream = plan.makeStream()
      return withExtendedLifetime(stream) { measurement_allocated_bytes() - before }
    }
    var options = FilterBankOptions()
    // The samples of a frame alone are 1.6 KB.
    #expect((1600..<64 * 1024).contains(try byteCount(options)))
    options.mel.bins = 80
    options.frame.snipsEdges = false
    #expect((1600..<64 * 1024).contains(try byteCount(options)))
  }

  @Test("a NaN sample affects only the frames that contain it")
  func notANumber() throws {
    let plan = try FilterBankPlan()
    var samples = (0..<8000).map { Float($0 % 251) }
    let clean = plan.features(of: samples)
    samples[4000] = .nan
    let spoiled = plan.features(of: samples)
    for t in 0..<48 {
      let holds = (t * 160..<t * 160 + 400).contains(4000)
      let row = t * 40..<t * 40 + 40
      if holds {
        #expect(spoiled[row].allSatisfy { $0.isNaN }, "frame \(t)")
      } else {
        #expect(Array(spoiled[row]).bits == Array(clean[row]).bits, "frame \(t)")
      }
    }
  }
}

extension [Float] {
  var bits: [UInt32] { map(\.bitPattern) }
}
