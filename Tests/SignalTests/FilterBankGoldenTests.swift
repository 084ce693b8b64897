import Testing

@testable import Signal

@Suite("Filter banks equal Kaldi's")
struct FilterBankGoldenTests {
  @Test("The golden file holds 32 cases")
  func caseCount() { #expect(GoldenCase.all.count == 32) }

  @Test("Golden signals: within 5e-5 of kaldi-native-fbank", arguments: GoldenCase.all)
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
}
