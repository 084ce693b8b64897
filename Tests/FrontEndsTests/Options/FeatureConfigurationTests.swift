import Foundations
import FrontEnds
import Signal
import Testing

@Suite("FeatureConfiguration")
struct FeatureConfigurationTests {
  @Test("Presets are Kaldi's own values")
  func presets() throws {
    func text(_ preset: FeaturePreset, _ kind: String) throws -> [String] {
      let configuration = try FrontEndKind(name: kind).configuration(preset)
      return FeatureOption.all.filter { $0.value(in: configuration) != $0.defaultValue }
        .map { "\($0.name)=\($0.value(in: configuration).text)" }
    }
    #expect(try text(.kaldi, "mel") == ["dither=1", "mel-bins=23"])
    #expect(try text(.kaldi, "mfcc") == ["dither=1", "mel-bins=23", "use-energy=true"])
    #expect(try text(.kaldiTIMIT, "mel") == ["window=hamming", "dither=1", "mel-bins=23", "htk-compat=true"])
    #expect(try text(.kaldiTIMIT, "mfcc") == ["dither=1", "mel-bins=23"])
  }
}
