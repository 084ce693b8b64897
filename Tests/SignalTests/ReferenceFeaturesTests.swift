import Foundation
import Foundations
import TestSupport
import Testing

@testable import Signal

@Suite("The double precision reference")
struct ReferenceFeaturesTests {
  static func noise(_ count: Int, seed: UInt64) -> [Int16] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in Int16.random(in: -12_000...12_000, using: &random) }
  }

  @Test("is within 1e-9 of direct sums from the definition", arguments: 0..<5)
  func againstDirectSums(variant: Int) throws {
    var options = FilterBankOptions()
    var naive = NaiveFilterBank()
    switch variant {
    case 1:
      options.frame.snipsEdges = false
      naive.snipsEdges = false
      options.usesPower = false
      naive.usesPower = false
    case 2:
      options.frame.roundsToPowerOfTwo = false
      naive.transformSize = 400
      options.mel.bins = 26
      naive.bins = 26
    case 3:
      options.frame.window = .hamming
      naive.window = { i, n in 0.54 - 0.46 * cos(2 * .pi * i / (n - 1)) }
      options.frame.preemphasis = 0
      naive.preemphasis = 0
      options.frame.removesDCOffset = false
      naive.removesMean = false
      options.mel.highFrequencyHertz = -400
      naive.highHertz = 7600
    case 4:
      options.frame.sampleRateHertz = 8000
      naive.sampleRateHertz = 8000
      naive.frameLength = 200
      naive.frameShift = 80
      naive.transformSize = 256
      naive.highHertz = 4000
      options.mel.bins = 23
      naive.bins = 23
    default: break
    }
    for samples in [Self.noise(1200, seed: UInt64(variant)), try Array(Golden.recording()[8000..<9200])] {
      let doubles = samples.map { Double($0) }
      let reference = try ReferenceFeatures.filterBank(options, samples: doubles)
      let expected = naive.features(of: doubles)
      #expect(reference.matrix.distance(to: expected.matrix) < 1e-9)
    }
  }

  @Test(
    "is as far from kaldi-native-fbank as its float32 from float64, on golden signals",
    arguments: GoldenCase.all
  )
  func goldenSignals(_ golden: GoldenCase) throws {
    let rows = try ReferenceFeatures.filterBank(golden.options, samples: golden.samples.map { Double($0) })
    let scale = golden.options.usesLog ? 1 : golden.matrix.magnitude
    #expect(rows.matrix.distance(to: golden.matrix) / scale < 3.3e-5)
  }

  @Test(
    "is within 5e-5 of the fast path up to 40 bins, also with dither, energy and warp", arguments: 0..<6)
  func fastPath(variant: Int) throws {
    var options = FilterBankOptions()
    switch variant {
    case 1: options.frame.dither = 1
    case 2:
      options.energy.isUsed = true
      options.energy.isRaw = false
      options.frame.snipsEdges = false
    case 3: options.mel.vtlnWarp = 1.07
    case 4:
      options.mel.scale = .slaney
      options.mel.normalization = .area
    case 5: options = FeaturePreset.kaldiTIMIT.filterBank
    default: break
    }
    let samples = Self.noise(4321, seed: UInt64(variant))
    let fast = try FilterBankPlan(options).features(of: samples, utteranceKey: 77)
    let reference = try ReferenceFeatures.filterBank(
      options, samples: samples.map { Double($0) }, utteranceKey: 77)
    #expect(Matrix(fast, channels: options.channels).distance(to: reference.matrix) < 5e-5)
  }

  @Test("is within 3e-4 of the fast path for cepstra", arguments: FeaturePreset.allCases)
  func cepstra(preset: FeaturePreset) throws {
    let samples = try Golden.recording()
    let fast = try MFCCPlan(preset.mfcc).features(of: samples)
    let reference = try ReferenceFeatures.mfcc(preset.mfcc, samples: samples.map { Double($0) })
    #expect(Matrix(fast, channels: preset.mfcc.channels).distance(to: reference.matrix) < 3e-4)
  }

  @Test(
    "is within 5e-5 of the fast path for every window, at sizes that leave vectors incomplete",
    arguments: WindowFunction.all)
  func windows(window: WindowFunction) throws {
    for milliseconds in [25, 20.125, 3.9, 12.5, 31.7] {
      var options = FilterBankOptions()
      options.frame.window = window
      options.frame.frameLengthMilliseconds = milliseconds
      options.mel.bins = 8
      let samples = Self.noise(3000, seed: 9)
      let fast = try FilterBankPlan(options).features(of: samples)
      let reference = try ReferenceFeatures.filterBank(options, samples: samples.map { Double($0) })
      #expect(
        Matrix(fast, channels: 8).distance(to: reference.matrix) < 5e-5, "\(milliseconds) ms")
    }
  }
}

extension [[Double]] {
  var matrix: Matrix { Matrix(rows: count, columns: first?.count ?? 0, values: flatMap(\.self)) }
}
