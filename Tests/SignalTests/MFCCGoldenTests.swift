import Testing

@testable import Signal

@Suite("Cepstra equal Kaldi's")
struct MFCCGoldenTests {
  @Test("with C0: within 3e-4 of torchaudio, whose values reach 96")
  func withC0() throws {
    var options = MFCCOptions()
    options.mel.bins = 23
    let features = Matrix(try MFCCPlan(options).features(of: Golden.recording()), channels: 13)
    #expect(features.distance(to: try Golden.npy("kaldi_test_torchaudio_mfcc13_useenergy0.npy")) < 3e-4)
  }

  @Test("with energy in place of C0: within 2e-4 of kaldi-native-fbank")
  func withEnergy() throws {
    var options = MFCCOptions()
    options.mel.bins = 23
    options.energy.isUsed = true
    let features = Matrix(try MFCCPlan(options).features(of: Golden.recording()), channels: 13)
    #expect(features.distance(to: try Golden.npy("kaldi_test_knf_mfcc13_useenergy1.npy")) < 2e-4)
  }

  @Test("HTK's order puts the first coefficient last, C0 times √2")
  func htkOrder() throws {
    let samples = try Golden.recording()
    for usesEnergy in [false, true] {
      var options = MFCCOptions()
      options.energy.isUsed = usesEnergy
      let plain = Matrix(try MFCCPlan(options).features(of: samples), channels: 13)
      options.energy.isHTKCompatible = true
      let moved = Matrix(try MFCCPlan(options).features(of: samples), channels: 13)
      #expect(plain.rows == moved.rows)
      for t in 0..<plain.rows {
        for k in 1..<13 { #expect(moved[t, k - 1] == plain[t, k]) }
        let scale = usesEnergy ? 1 : 2.0.squareRoot()
        #expect(abs(moved[t, 12] - scale * plain[t, 0]) < 1e-4)
      }
    }
  }

  @Test("without lifter, cepstra are an orthonormal transform of the log mel energies")
  func withoutLifter() throws {
    var options = MFCCOptions()
    options.lifter = 0
    options.cepstra = options.mel.bins
    let samples = try Golden.recording()
    let cepstra = Matrix(try MFCCPlan(options).features(of: samples), channels: 40)
    let bins = Matrix(try FilterBankPlan().features(of: samples), channels: 40)
    for t in 0..<bins.rows {
      let before = (0..<40).reduce(0.0) { $0 + bins[t, $1] * bins[t, $1] }
      let after = (0..<40).reduce(0.0) { $0 + cepstra[t, $1] * cepstra[t, $1] }
      #expect(abs(after - before) < 1e-5 * before)
    }
  }
}
