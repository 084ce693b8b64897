import Foundations
import Testing

/// Options with a setting of every kind.
private struct Options: Sendable {
  enum Speed: String, CaseIterable { case slow, fast }
  enum Size: Int, CaseIterable { case small = 39, big = 61 }
  struct Inner: Sendable { var rate = 0.5 }

  var isOn = false
  var count = 3
  var share: Float = 0.1
  var speed = Speed.slow
  var size = Size.small
  var channel: Int?
  var minutes: Double?
  var seed: UInt64 = 1
  var words = ["a", "b"]
  var inner = Inner()
  var left = 0
  var right = 0

  static let words = SettingForm<[String]>("words, such as a,b") { text in
    let words = text.split(separator: ",").map { String($0).lowercased() }
    return words.isEmpty ? nil : words
  } write: {
    $0.joined(separator: ",")
  }

  static let table: [Setting<Options>] = [
    .flag("on", \.isOn, help: "On."),
    .integer("count", \.count, 1...10, help: "Count."),
    .real("share", \.share, 0...1, help: "Share."),
    .choice("speed", \.speed, help: "Speed."),
    .choice("size", \.size, help: "Size."),
    .integer("channel", \.channel, 1...8, orKeyword: "mono", help: "Channel."),
    .real("minutes", \.minutes, 1...60, orKeyword: "preset", unit: .minutes, help: "Minutes."),
    .seed("seed", \.seed, help: "Seed."),
    .text("words", \.words, words, help: "Words."),
    Setting<Inner>.real("rate", \.rate, 0...1, help: "Rate.").with { $0.isTunable = true }.within(\.inner),
    Setting("context", kind: .context(0...9), unit: .frames, help: "Context.") {
      .context(left: $0.left, right: $0.right)
    } write: { options, value in
      if case .context(let left, let right) = value { (options.left, options.right) = (left, right) }
    },
  ]

  static func named(_ name: String) throws -> Setting<Options> {
    try #require(table.first { $0.name == name })
  }
}

@Suite struct SettingTests {
  @Test(
    "a value that is parsed and set is read back",
    arguments: [
      ("on", "true"), ("count", "10"), ("share", "0.3"), ("speed", "fast"), ("size", "61"), ("channel", "2"),
      ("channel", "mono"), ("minutes", "2.5"), ("minutes", "preset"), ("seed", "9223372036854775807"),
      ("words", "c,d"), ("rate", "0.25"), ("context", "5:2"), ("context", "4"),
    ])
  func roundTrip(name: String, text: String) throws {
    let setting = try Options.named(name)
    var options = Options()
    try setting.set(setting.parse(text), in: &options)
    #expect(setting.value(in: options).text == text)
    #expect(try setting.parse(setting.value(in: options).text) == setting.value(in: options))
  }

  @Test("setting one value changes no other")
  func independence() throws {
    for setting in Options.table {
      var options = Options()
      let text =
        ["count": "7", "words": "z", "size": "61", "speed": "fast", "on": "true"][setting.name] ?? "1"
      try setting.set(setting.parse(text), in: &options)
      let others = Options.table.filter { $0.name != setting.name }
      #expect(others.allSatisfy { $0.value(in: options) == $0.value(in: Options()) }, "\(setting.name)")
    }
  }

  @Test(
    "a value out of range or of another kind is refused, with the allowed values in the error",
    arguments: [
      ("on", "yes"), ("count", "0"), ("count", "11"), ("count", "-1"), ("count", "3.5"), ("count", ""),
      ("share", "1.5"), ("share", "nan"), ("share", "x"), ("size", "40"), ("channel", "0"),
      ("minutes", "61"), ("seed", "-1"), ("words", ""), ("context", "5:"), ("context", "10"),
    ])
  func refusal(name: String, text: String) throws {
    let setting = try Options.named(name)
    #expect(
      throws: SettingError.invalidValue(setting: name, text: text, allowed: setting.kind, suggestion: nil)
    ) {
      try setting.parse(text)
    }
  }

  @Test(
    "a misspelled name comes with the nearest one as suggestion",
    arguments: [("speed", "fasr", "fast"), ("channel", "monno", "mono")])
  func suggestion(name: String, text: String, nearest: String) throws {
    let setting = try Options.named(name)
    #expect(
      throws: SettingError.invalidValue(setting: name, text: text, allowed: setting.kind, suggestion: nearest)
    ) {
      try setting.parse(text)
    }
  }

  @Test("numbers from JSON are converted to the kind")
  func check() throws {
    #expect(try Options.named("share").check(.integer(1)) == .real(1))
    #expect(try Options.named("rate").check(.real(-0.0)) == .real(0))
    #expect(try Options.named("context").check(.integer(4)) == .context(left: 4, right: 4))
    #expect(try Options.named("context").check(.string("5,2")) == .context(left: 5, right: 2))
    #expect(try Options.named("words").check(.integer(12)) == .string("12"))
    #expect(throws: SettingError.self) { try Options.named("count").check(.real(3)) }
    #expect(throws: SettingError.self) { try Options.named("on").check(.integer(1)) }
  }

  @Test("a text is stored in its canonical spelling")
  func canonical() throws {
    #expect(try Options.named("words").parse("C,,D") == .string("c,d"))
  }

  @Test("a setting of a part keeps its attributes as a setting of the whole")
  func within() throws {
    let setting = try Options.named("rate")
    #expect(setting.isTunable && setting.kind == .real(0...1) && setting.help == "Rate.")
    #expect(setting.value(in: Options()) == .real(0.5))
  }
}

@Suite struct SettingValueTests {
  @Test("numbers are written with the fewest digits that read back")
  func numbers() {
    let cases: [(Double, String)] = [
      (25, "25"), (0.97, "0.97"), (-400, "-400"), (1e-5, "1e-05"), (0.1 + 0.2, "0.30000000000000004"),
      (1e20, "1e+20"),
    ]
    for (value, text) in cases { #expect(SettingValue.real(value).text == text) }
  }
}
