import Foundation
import FrontEnds
import Signal
import Testing

@Suite("Configuration as JSON")
struct FeatureConfigurationTests {
  private func decode(_ json: String) throws -> FeatureConfiguration {
    try JSONDecoder().decode(FeatureConfiguration.self, from: Data(json.utf8))
  }

  @Test("The canonical form holds every option under its name, sorted")
  func canonical() {
    let expected = """
      {"band":8,"blackman-coeff":0.42,"cepstra":13,"cepstral-lifter":22,"cmn-center":false,\
      "cmn-window":600,"cmvn":"none","cmvn-norm-vars":false,"compression":"log","delta-window":2,\
      "deltas":0,"density":0.09,"dither":0,"energy-floor":0,"expansion":1,"fixed":false,"frame-length":25,\
      "frame-shift":10,"high-frequency":0,"htk-compat":false,"htk-mode":false,"init":"dft","learn":"all",\
      "low-frequency":20,"mel-bins":40,"mel-norm":"none","mel-scale":"htk","min-cmn-window":100,\
      "preemphasis":0.97,"rank":20,"rate-frequency":0.03,"rate-offset":3,"rate-pooling":0.3,\
      "rate-root":0.3,"rate-time":0.3,"raw":false,"raw-energy":true,"remove-dc":true,\
      "round-to-power-of-two":true,"sample-rate":16000,"seed":1,"snip-edges":true,"splice":"0",\
      "subsample":1,"subsample-offset":0,"time":"none","use-energy":false,"use-log":true,"use-power":true,\
      "vtln-high":-500,"vtln-low":100,"vtln-warp":1,"width":1,"window":"povey"}
      """
    #expect(FeatureConfiguration().canonicalJSON == expected)
  }

  @Test("Canonical form and encoder say the same, and both are read back")
  func roundTrip() throws {
    let row = try Row(
      parsing:
        "mfcc:bins=80,dither=1e-5,splice=5:2,window=blackman,blackman-coeff=0.3,cmvn=sliding,subsample=-2")
    let configuration = try row.configuration(over: FeatureConfiguration())
    #expect(try decode(configuration.canonicalJSON) == configuration)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let encoded = try encoder.encode(configuration)
    #expect(try JSONDecoder().decode(FeatureConfiguration.self, from: encoded) == configuration)
    #expect(try decode(String(decoding: encoded, as: UTF8.self)).canonicalJSON == configuration.canonicalJSON)
  }

  @Test("What is not said keeps its default; numbers may be written either way")
  func partial() throws {
    var expected = FeatureConfiguration()
    expected.frame.frameLengthMilliseconds = 32
    expected.mel.bins = 80
    expected.splice = SpliceOptions(left: 4, right: 4)
    #expect(try decode(#"{"frame-length": 32, "mel-bins": 80.0, "splice": 4}"#) == expected)
  }

  @Test("Names that are not known, values that are not allowed and types that are not values are told apart")
  func refused() throws {
    func error(_ json: String) -> FrontEndError? {
      do {
        _ = try decode(json)
        return nil
      } catch {
        return error as? FrontEndError
      }
    }
    let known = FeatureOption.all.map(\.name)
    #expect(
      error(#"{"mel-bin": 80}"#) == .unknownOption(name: "mel-bin", known: known, suggestion: "mel-bins"))
    #expect(error(#"{"bins": 80}"#) == .unknownOption(name: "bins", known: known, suggestion: "mel-bins"))
    let (bins, energy) = (try FeatureOption.named("mel-bins"), try FeatureOption.named("use-energy"))
    #expect(
      error(#"{"mel-bins": 1}"#)
        == .invalidValue(option: "mel-bins", text: "1", allowed: bins.kind, suggestion: nil))
    #expect(
      error(#"{"use-energy": 1}"#)
        == .invalidValue(option: "use-energy", text: "1", allowed: energy.kind, suggestion: nil))
    #expect(error(#"{"mel-bins": [80]}"#) == .wrongType(option: "mel-bins", allowed: bins.kind))
    #expect(error(#"{"mel-bins": null}"#) == .wrongType(option: "mel-bins", allowed: bins.kind))
  }

  @Test("Presets are Kaldi's own values")
  func presets() throws {
    func text(_ preset: FeaturePreset, _ row: RowName) -> [String] {
      FeatureConfiguration(preset: preset, row: row).differences(from: FeatureConfiguration())
        .map { "\($0.name)=\($0.value(in: FeatureConfiguration(preset: preset, row: row)).text)" }
    }
    #expect(text(.kaldi, .mel) == ["dither=1", "mel-bins=23"])
    #expect(text(.kaldi, .mfcc) == ["dither=1", "mel-bins=23", "use-energy=true"])
    #expect(text(.kaldiTIMIT, .mel) == ["window=hamming", "dither=1", "mel-bins=23", "htk-compat=true"])
    #expect(text(.kaldiTIMIT, .mfcc) == ["dither=1", "mel-bins=23"])
  }
}

@Suite("Settings from several places")
struct FeatureSettingsTests {
  @Test("Row over flag over environment over file over preset over default, whatever the order of the calls")
  func precedence() throws {
    let bins = try FeatureOption.named("mel-bins")
    let environment = ["KALEIDO_MEL_BINS": "50", "KALEIDO_DITHER": "", "KALEIDO_OTHER": "x", "HOME": "/"]
    var settings = FeatureSettings()
    func now(_ row: String = "mel") throws -> (Int, SettingOrigin?) {
      let (configuration, origins) = try settings.resolve(for: Row(parsing: row))
      return (configuration.mel.bins, origins["mel-bins"])
    }
    #expect(try now() == (40, .default))
    try settings.setPreset(named: "kaldi")
    #expect(try now() == (23, .preset))
    try settings.set(bins, to: .integer(45), origin: .file)
    #expect(try now() == (45, .file))
    try settings.take(environment: environment)
    #expect(try now() == (50, .environment))
    try settings.set(bins, to: "60", origin: .flag)
    #expect(try now() == (60, .flag))
    #expect(try now("mel:bins=80") == (80, .row))

    try settings.take(environment: environment)
    try settings.set(bins, to: .integer(45), origin: .file)
    #expect(try now() == (60, .flag))
    #expect(try settings.resolve(for: Row(.mel)).origins.count == FeatureOption.all.count)
  }

  @Test("An option that no row uses can be told")
  func withoutEffect() throws {
    var settings = FeatureSettings()
    try settings.set(FeatureOption.named("cepstra"), to: "20", origin: .flag)
    try settings.set(FeatureOption.named("deltas"), to: "2", origin: .flag)
    #expect(settings.optionsWithoutEffect(on: [Row(.mel), Row(.fft)]).map(\.name) == ["cepstra"])
    #expect(settings.optionsWithoutEffect(on: [Row(.mel), Row(.mfcc)]).isEmpty)
  }

  @Test("A bad value or preset is refused when it is said")
  func refused() throws {
    var settings = FeatureSettings()
    #expect(
      throws: FrontEndError.unknownPreset(
        name: "kaldi-timt", known: ["kaldi", "kaldi-timit"], suggestion: "kaldi-timit")
    ) {
      try settings.setPreset(named: "kaldi-timt")
    }
    #expect(throws: FrontEndError.self) { try settings.take(environment: ["KALEIDO_MEL_BINS": "many"]) }
  }
}
