import Testing

@testable import Signal

@Suite("Filter banks equal Kaldi's")
struct FilterBankGoldenTests {
  @Test("the golden file has 32 cases")
  func caseCount() { #expect(GoldenCase.all.count == 32) }

  @Test("golden signals: within 5e-5 of kaldi-native-fbank", arguments: GoldenCase.all)
  func goldenSignals(_ golden: GoldenCase) throws {
    let plan = try FilterBankPlan(golden.options)
    let features = Matrix(plan.features(of: golden.samples), channels: plan.channels)
    let scale = golden.options.usesLog ? 1 : golden.matrix.magnitude
    #expect(features.distance(to: golden.matrix) / scale < 5e-5)
  }

  @Test("Kaldi's recording, up to 40 bins: within 5e-5", arguments: [23, 40], [true, false])
  func recording(bins: Int, snipsEdges: Bool) throws {
    var options = FilterBankOptions()
    options.mel.bins = bins
    options.frame.snipsEdges = snipsEdges
    let features = Matrix(try FilterBankPlan(options).features(of: Golden.recording()), channels: bins)
    let expected = try Golden.npy("kaldi_test_knf_fbank\(bins)_snip\(snipsEdges ? 1 : 0).npy")
    #expect(features.distance(to: expected) < 5e-5)
  }

  // Narrow bins of low energy contain float32 noise of the transform, in Kaldi as here. So only cells within
  // 40 dB of the frame's maximum are compared with the peer, the rest with a tolerance as large as the peer's
  // own error.
  @Test(
    "Kaldi's recording, 80 bins: within 3e-4 where the frame is loud, 1e-3 elsewhere",
    arguments: [true, false])
  func recordingEightyBins(snipsEdges: Bool) throws {
    var options = FilterBankOptions()
    options.mel.bins = 80
    options.frame.snipsEdges = snipsEdges
    let features = Matrix(try FilterBankPlan(options).features(of: Golden.recording()), channels: 80)
    let expected = try Golden.npy("kaldi_test_knf_fbank80_snip\(snipsEdges ? 1 : 0).npy")
    #expect(features.distance(to: expected) < 1e-3)
    let fortyDecibels = 9.2103
    for t in 0..<expected.rows {
      let row = (0..<80).map { expected[t, $0] }
      let loudest = row.max() ?? 0
      for (b, value) in row.enumerated() where value > loudest - fortyDecibels {
        #expect(abs(features[t, b] - value) < 3e-4, "frame \(t), bin \(b)")
      }
    }
  }

  @Test("vocal tract length warps: within 5e-5 of torchaudio", arguments: [0.9, 1.1])
  func warps(warp: Double) throws {
    var options = FilterBankOptions()
    options.mel.bins = 23
    options.mel.vtlnWarp = warp
    let features = Matrix(try FilterBankPlan(options).features(of: Golden.recording()), channels: 23)
    let expected = try Golden.npy("kaldi_test_torchaudio_fbank23_vtln\(warp).npy")
    #expect(features.distance(to: expected) < 5e-5)
  }

  @Test(
    "within 5e-5 of HTK's own output without a warp",
    arguments: [(1, 0.0), (2, 25.0)])
  func htk(configuration: Int, lowHertz: Double) throws {
    let options = Self.htkOptions(lowHertz: lowHertz, warp: 1)
    let features = Matrix(try FilterBankPlan(options).features(of: Golden.recording()), channels: 23)
    #expect(features.distance(to: try Golden.htk("test.wav.fbank_htk.\(configuration)")) < 5e-5)
  }

  // For warps below 1 HTK warps the uppermost bins differently, and Kaldi's own test omits them and the
  // outermost frames; for warps above 1, all bins are within twice Kaldi's tolerance.
  @Test(
    "within 1e-3 of HTK's own output in the lower 20 bins at warp 0.9, within 2e-3 in all bins at 1.1",
    arguments: [(3, 0.9, 20, 1e-3), (4, 1.1, 23, 2e-3)])
  func htkWarped(configuration: Int, warp: Double, bins: Int, tolerance: Double) throws {
    let options = Self.htkOptions(lowHertz: 25, warp: warp)
    let features = Matrix(try FilterBankPlan(options).features(of: Golden.recording()), channels: 23)
    let expected = try Golden.htk("test.wav.fbank_htk.\(configuration)")
    try #require(features.rows == expected.rows && expected.columns == 23)
    for t in 1..<expected.rows - 1 {
      for b in 0..<bins {
        #expect(abs(features[t, b] - expected[t, b]) < tolerance, "frame \(t), bin \(b)")
      }
    }
  }

  private static func htkOptions(lowHertz: Double, warp: Double) -> FilterBankOptions {
    var options = FilterBankOptions()
    options.frame.window = .hamming
    options.frame.preemphasis = 0
    options.frame.removesDCOffset = false
    options.mel.bins = 23
    options.mel.lowFrequencyHertz = lowHertz
    options.mel.highFrequencyHertz = 8000
    options.mel.htkMode = true
    options.mel.vtlnWarp = warp
    options.mel.vtlnLowHertz = 100
    options.mel.vtlnHighHertz = 7500
    return options
  }

  @Test("a constant signal gives ln 2⁻²³ in every cell", arguments: [Int16(0), 100, -32_768])
  func silence(level: Int16) throws {
    let features = try FilterBankPlan().features(of: [Int16](repeating: level, count: 4000))
    #expect(features.count == 23 * 40)
    #expect(features.allSatisfy { $0 == -15.942385 })
  }
}
