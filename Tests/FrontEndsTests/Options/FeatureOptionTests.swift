import Foundations
import Testing

@testable import FrontEnds

@Suite("The table of feature options")
struct FeatureOptionTests {
  private static let sharedDefaults = [
    ("sample-rate", "16000"), ("frame-length", "25"), ("frame-shift", "10"), ("window", "povey"),
    ("blackman-coeff", "0.42"), ("preemphasis", "0.97"), ("dither", "0"), ("seed", "1"),
    ("snip-edges", "true"),
    ("remove-dc", "true"), ("round-to-power-of-two", "true"), ("mel-bins", "40"), ("low-frequency", "20"),
    ("high-frequency", "0"), ("mel-scale", "htk"), ("mel-norm", "none"), ("htk-mode", "false"),
    ("vtln-warp", "1"), ("vtln-low", "100"), ("vtln-high", "-500"), ("use-log", "true"),
    ("use-power", "true"),
    ("use-energy", "false"), ("raw-energy", "true"), ("energy-floor", "0"), ("htk-compat", "false"),
    ("gain", "auto"), ("gain-level", "15.6"), ("mean", "auto"), ("running-window", "3"),
    ("deltas", "0"), ("delta-window", "2"), ("splice", "0"),
    ("subsample", "1"), ("subsample-offset", "0"), ("cmvn", "none"), ("cmvn-norm-vars", "false"),
    ("cmn-window", "600"), ("min-cmn-window", "100"), ("cmn-center", "false"),
  ]

  @Test("Defaults are those of the design", arguments: sharedDefaults)
  func defaults(name: String, value: String) throws {
    #expect(try FeatureOption.named(name).defaultValue.text == value)
  }

  @Test("The defaults above are those of all options that kinds share")
  func allShared() {
    let shared = FeatureOption.all.filter { $0.group != nil }.map(\.name)
    #expect(Self.sharedDefaults.map(\.0).sorted() == shared.sorted())
  }

  @Test("No name is used twice, and none could be taken for another's negation")
  func names() {
    let names = FeatureOption.all.flatMap { [$0.name] + $0.shortForms }
    #expect(Set(names).count == names.count)
    #expect(names.allSatisfy { !$0.hasPrefix("no-") && $0.allSatisfy { $0.isLowercase || $0 == "-" } })
  }

  @Test(
    "Defaults are allowed values, and read back from their text", arguments: FeatureOption.all.map(\.name))
  func defaultsAreAllowed(name: String) throws {
    let option = try FeatureOption.named(name)
    #expect(try option.parse(option.defaultValue.text) == option.defaultValue)
    #expect(option.help.hasSuffix(".") && FrontEndKind.all.contains { $0.uses(option) })
  }

  @Test("A value is written where it is read, and nowhere else", arguments: FeatureOption.all.map(\.name))
  func independence(name: String) throws {
    let option = try FeatureOption.named(name)
    var configuration = FeatureConfiguration()
    try option.set(try #require(otherValue(of: option)), in: &configuration)
    let changed = FeatureOption.all.filter { $0.value(in: configuration) != $0.defaultValue }
    #expect(changed.map(\.name) == [name])
  }

  private func otherValue(of option: FeatureOption) -> SettingValue? {
    switch (option.kind, option.defaultValue) {
    case (.flag, .flag(let value)): .flag(!value)
    case (.integer, .integer(let value)): .integer(value + 1)
    case (.real(let range), .real(let value)):
      .real(value == range.lowerBound + 1 ? value + 1 : (range.lowerBound + value + 1) / 2)
    case (.choice(let names), let value): names.first { .string($0) != value }.map { .string($0) }
    case (.context, _): .context(left: 3, right: 1)
    default: nil
    }
  }
}
