import Foundations
import FrontEnds
import Signal
import Testing

@Suite("Feature settings of several origins")
struct FeatureSettingsTests {
  @Test(
    "Request over flag over environment over file over preset over default, whatever the order of the calls")
  func precedence() throws {
    let bins = try FeatureOption.named("mel-bins")
    var settings = FeatureSettings()
    func now(_ frontEnd: String = "mel") throws -> (Int, SettingOrigin?) {
      let (spec, origins) = try settings.resolve(FrontEndRequest(parsing: frontEnd))
      return (spec.configuration.mel.bins, origins["mel-bins"])
    }
    #expect(try now() == (40, .default))
    settings.preset = .kaldi
    #expect(try now() == (23, .preset))
    try settings.set(bins, to: .integer(45), origin: .file)
    #expect(try now() == (45, .file))
    try settings.set(bins, to: "50", origin: .environment)
    #expect(try now() == (50, .environment))
    try settings.set(bins, to: "60", origin: .flag)
    #expect(try now() == (60, .flag))
    #expect(try now("mel:bins=80") == (80, .frontEnd))

    try settings.set(bins, to: "50", origin: .environment)
    try settings.set(bins, to: .integer(45), origin: .file)
    #expect(try now() == (60, .flag))
    #expect(try settings.resolve(FrontEndRequest(.mel)).origins.count == FeatureOption.all.count)
  }

  @Test("Options that are set are listed")
  func setOptions() throws {
    var settings = FeatureSettings()
    try settings.set(FeatureOption.named("cepstra"), to: "20", origin: .flag)
    try settings.set(FeatureOption.named("deltas"), to: "2", origin: .flag)
    #expect(settings.options.map(\.name) == ["cepstra", "deltas"])
  }

  @Test("A bad value is refused when it is set")
  func refused() throws {
    var settings = FeatureSettings()
    #expect(throws: FrontEndError.self) {
      try settings.set(FeatureOption.named("mel-bins"), to: "many", origin: .environment)
    }
  }
}
