import Foundation
import Testing

@testable import Signal

@Suite("Feature options")
struct OptionsTests {
  @Test("defaults are Kaldi's except for dither 0 and 40 bins")
  func defaults() {
    let options = FilterBankOptions()
    #expect(options.frame.sampleRateHertz == 16_000)
    #expect(options.frame.frameLength == 400 && options.frame.frameShift == 160)
    #expect(options.frame.transformSize == 512)
    #expect(options.frame.window == .povey && options.frame.preemphasis == 0.97)
    #expect(options.frame.dither == 0 && options.frame.seed == 1)
    #expect(options.frame.snipsEdges && options.frame.removesDCOffset)
    #expect(options.mel.bins == 40 && options.mel.lowFrequencyHertz == 20)
    #expect(options.mel.highFrequencyHertz == 0)
    #expect(options.usesLog && options.usesPower && !options.energy.isUsed)
    #expect(MFCCOptions().cepstra == 13 && MFCCOptions().lifter == 22)
  }

  @Test("presets are Kaldi's own settings")
  func presets() throws {
    #expect(FeaturePreset.kaldi.filterBank.frame.dither == 1)
    #expect(FeaturePreset.kaldi.filterBank.mel.bins == 23)
    #expect(FeaturePreset.kaldi.mfcc.energy.isUsed)
    let timit = try FeaturePreset(name: "kaldi-timit")
    #expect(timit.filterBank.frame.window == .hamming && timit.filterBank.energy.isHTKCompatible)
    #expect(!timit.mfcc.energy.isUsed && timit.mfcc.frame.window == .povey)
    #expect(throws: SignalError.unknownPreset(name: "htk", known: ["kaldi", "kaldi-timit"])) {
      try FeaturePreset(name: "htk")
    }
  }

  @Test("options make the round trip through JSON")
  func json() throws {
    var options = FeaturePreset.kaldiTIMIT.filterBank
    options.frame.window = .blackman(coefficient: 0.4)
    options.mel.scale = .slaney
    let decoded = try JSONDecoder().decode(FilterBankOptions.self, from: JSONEncoder().encode(options))
    #expect(decoded == options)
    let mfcc = try JSONDecoder().decode(MFCCOptions.self, from: JSONEncoder().encode(MFCCOptions()))
    #expect(mfcc == MFCCOptions())
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([WindowFunction].self, from: Data(#"["triangle"]"#.utf8))
    }
  }

  @Test("windows are read by name", arguments: WindowFunction.all + [.blackman(coefficient: 0.25)])
  func windowNames(window: WindowFunction) throws {
    #expect(try WindowFunction(name: window.name) == window)
  }

  @Test("windows are symmetric and take their known values", arguments: WindowFunction.all)
  func windowValues(window: WindowFunction) {
    for count in [2, 3, 25, 400] {
      let values = window.values(count: count)
      for i in 0..<count { #expect(abs(values[i] - values[count - 1 - i]) < 1e-12) }
    }
    let edge: Double =
      switch window {
      case .hamming: 0.08
      case .rectangular: 1
      default: 0
      }
    #expect(abs(window.values(count: 25)[0] - edge) < 1e-12)
    #expect(abs(window.values(count: 25)[12] - 1) < 1e-12)
  }

  static let refused: [(String, @Sendable (inout FilterBankOptions) -> Void, SignalError)] = [
    (
      "sample rate", { $0.frame.sampleRateHertz = 0 },
      .optionOutOfRange(option: "sampleRateHertz", value: 0, allowed: 1...10_000_000)
    ),
    (
      "frame of one sample", { $0.frame.frameLengthMilliseconds = 0.0625 },
      .frameLengthInSamples(samples: 1, minimum: 2, maximum: 65_536)
    ),
    (
      "frame of a minute", { $0.frame.frameLengthMilliseconds = 60_000 },
      .frameLengthInSamples(samples: 960_000, minimum: 2, maximum: 65_536)
    ),
    (
      "shift of no sample", { $0.frame.frameShiftMilliseconds = 0.01 },
      .optionOutOfRange(option: "frameShiftMilliseconds", value: 0.01, allowed: 0.0625...1_000_000)
    ),
    (
      "odd transform",
      {
        $0.frame.frameLengthMilliseconds = 25.0625
        $0.frame.roundsToPowerOfTwo = false
      }, .oddTransformSize(points: 401)
    ),
    (
      "pre-emphasis", { $0.frame.preemphasis = 1.5 },
      .optionOutOfRange(option: "preemphasis", value: 1.5, allowed: 0...1)
    ),
    (
      "dither", { $0.frame.dither = -1 },
      .optionOutOfRange(option: "dither", value: -1, allowed: 0...32_768)
    ),
    ("two bins", { $0.mel.bins = 2 }, .tooFewMelBins(bins: 2, minimum: 3)),
    (
      "bins beyond number", { $0.mel.bins = .max },
      .emptyMelBin(bin: 256, bins: .max, transformSize: 512)
    ),
    (
      "low at Nyquist", { $0.mel.lowFrequencyHertz = 8000 },
      .frequencyRange(lowHertz: 8000, highHertz: 8000, nyquistHertz: 8000)
    ),
    (
      "high past Nyquist", { $0.mel.highFrequencyHertz = 8001 },
      .frequencyRange(lowHertz: 20, highHertz: 8001, nyquistHertz: 8000)
    ),
    (
      "high counted to below zero", { $0.mel.highFrequencyHertz = -8000 },
      .frequencyRange(lowHertz: 20, highHertz: 0, nyquistHertz: 8000)
    ),
    (
      "knee below the range",
      {
        $0.mel.vtlnWarp = 0.9
        $0.mel.vtlnLowHertz = 20
      }, .warpRange(lowHertz: 20, highHertz: 8000, vtlnLowHertz: 20, vtlnHighHertz: 7500)
    ),
  ]

  @Test("options that Kaldi rejects are rejected, with the wrong values", arguments: refused.indices)
  func refusals(index: Int) {
    let (_, change, expected) = Self.refused[index]
    var options = FilterBankOptions()
    change(&options)
    #expect(throws: expected) { try FilterBankPlan(options) }
  }

  @Test("NaN is rejected everywhere")
  func notANumber() {
    let fields: [WritableKeyPath<FilterBankOptions, Double>] = [
      \.frame.frameLengthMilliseconds, \.frame.frameShiftMilliseconds, \.frame.preemphasis, \.frame.dither,
      \.mel.lowFrequencyHertz, \.mel.highFrequencyHertz, \.mel.vtlnWarp, \.energy.floor,
    ]
    for field in fields {
      for value in [Double.nan, .infinity, -.infinity] {
        var options = FilterBankOptions()
        options[keyPath: field] = value
        #expect(throws: SignalError.self) { try FilterBankPlan(options) }
      }
    }
  }

  @Test("more cepstra than bins are rejected")
  func cepstra() {
    var options = MFCCOptions()
    options.cepstra = 41
    #expect(throws: SignalError.tooManyCepstra(cepstra: 41, bins: 40)) { try MFCCPlan(options) }
  }
}
