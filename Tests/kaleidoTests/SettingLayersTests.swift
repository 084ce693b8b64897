import Foundation
import Foundations
import FrontEnds
import Signal
import TestSupport
import Testing

@testable import kaleido

@Suite("SettingLayers") struct SettingLayersTests {
  private struct Options {
    var a = "default"
    var b = "default"
    var c = 1
    var d = "default"
    var mode = Mode.plain

    enum Mode: String, CaseIterable { case plain, fancy }

    static let text = SettingForm("a text") {
      $0
    } write: {
      $0
    }
    static let settings: [Setting<Options>] = [
      .text("a", \.a, text, help: ""), .text("b", \.b, text, help: ""),
      .choice("mode", \.mode, help: ""),
      .integer("c", \.c, 0...9, help: "").with { $0.requirement = SettingRequirement("mode", ["fancy"]) },
      .text("d", \.d, text, help: ""),
    ]
  }

  private func layers(
    _ flags: [String: String] = [:], environment: [String: String] = [:], file: String? = nil,
    known: [String] = SettingTables.names + ["features"]
  ) throws -> SettingLayers {
    guard let file else {
      return try SettingLayers(flags: flags, environment: environment, configuration: nil, known: known)
    }
    let folder = try TemporaryFolder()
    let url = folder.appending("config.json")
    try Data(file.utf8).write(to: url)
    return try SettingLayers(flags: flags, environment: environment, configuration: url.path, known: known)
  }

  @Test("the command line wins over the environment, which wins over the file, which wins over the default")
  func precedence() throws {
    var layers = try layers(
      ["a": "flag"], environment: ["KALEIDO_A": "environment", "KALEIDO_B": "environment", "KALEIDO_D": ""],
      file: #"{"a": "file", "b": {"value": "file", "origin": "flag"}, "mode": "fancy", "c": 3}"#,
      known: ["a", "b", "c", "d", "mode"])
    var options = Options()
    let given = try layers.apply(Options.settings, to: &options)
    #expect(options.a == "flag" && options.b == "environment" && options.c == 3 && options.d == "default")
    #expect(layers.entries.map(\.origin) == [.flag, .environment, .file, .file, .default])
    #expect(given["c"] == .integer(3) && given["d"] == nil)
  }

  @Test("a file whose values have an origin of no layer is refused")
  func unknownOrigin() throws {
    let failure = #expect(throws: Failure.self) {
      try layers(file: #"{"mel-bins": {"value": 64, "origin": "row"}}"#)
    }
    #expect(failure?.code == "bad-config" && failure?.found == "row")
    #expect(failure?.location == "origin of mel-bins")
  }

  @Test("a setting without effect is an error on the command line, and unused elsewhere")
  func requirement() throws {
    var options = Options()
    var refused = try layers(["c": "3"])
    let failure = #expect(throws: Failure.self) { try refused.apply(Options.settings, to: &options) }
    #expect(failure?.subject == "--c" && failure?.expected == "--mode fancy" && failure?.found == "plain")
    var unused = try layers(environment: ["KALEIDO_C": "3"])
    try unused.apply(Options.settings, to: &options)
    #expect(options.c == 1)
    #expect(
      unused.unused == [
        .init(name: "c", origin: .environment, reason: .setting("mode", value: "plain"))
      ])
    // A trial that uses it is enough.
    var tried = try layers(["c": "3"])
    try tried.apply(Options.settings, to: &options, trials: [[:], ["mode": .string("fancy")]])
    #expect(options.c == 3)
  }

  @Test("a bad value is reported under the name by which it was given")
  func sources() throws {
    var options = Options()
    var flag = try layers(["mode": "fanc"])
    let typed = #expect(throws: Failure.self) { try flag.apply(Options.settings, to: &options) }
    #expect(typed?.subject == "--mode" && typed?.remedy == "Did you mean fancy?")
    var variable = try layers(environment: ["KALEIDO_MODE": "x"])
    let exported = #expect(throws: Failure.self) { try variable.apply(Options.settings, to: &options) }
    #expect(exported?.subject == "KALEIDO_MODE" && exported?.expected == "one of plain, fancy")
    var file = try layers(file: #"{"mode": 3}"#, known: ["mode"])
    let written = #expect(throws: Failure.self) { try file.apply(Options.settings, to: &options) }
    #expect(written?.subject.hasSuffix("config.json") == true && written?.location == "field mode")
    var option = try layers(environment: ["KALEIDO_MEL_BINS": "many"])
    let feature = #expect(throws: Failure.self) { try option.frontEnd() }
    #expect(feature?.subject == "KALEIDO_MEL_BINS" && feature?.found == "many")
  }

  @Test("options of a front end that the command line names win over the environment")
  func requestOverEnvironment() throws {
    var layers = try layers(["front-end": "mel:bins=23"], environment: ["KALEIDO_MEL_BINS": "60"])
    #expect(try layers.frontEnd().configuration.mel.bins == 23)
    #expect(layers.entries.first { $0.name == "mel-bins" }?.origin == .frontEnd)
  }

  @Test(
    "a file that cannot be taken is refused",
    arguments: [
      ("{\"mel-bin\": 3}", Failure.Kind.usage), ("[1]", .badInput), ("{\"a\": ", .badInput), ("", .badInput),
    ])
  func badFile(text: String, kind: Failure.Kind) {
    #expect {
      try layers(file: text, known: ["a"])
    } throws: { error in
      (error as? Failure)?.kind == kind
    }
  }

  @Test("a feature option of the command line that the front end does not have is refused")
  func optionWithoutEffect() throws {
    var layers = try layers(["cepstra": "12"])
    #expect(throws: Failure.self) { try layers.frontEnd() }
  }

  @Test("an option of the command line wins over the front end of a file or the environment")
  func optionOverRequest() throws {
    var file = try layers(
      ["mel-bins": "30"],
      file: #"{"features": "mel:bins=64,deltas=1", "mel-bins": {"value": 64, "origin": "front-end"}}"#)
    let spec = try file.frontEnd()
    #expect(spec.configuration.mel.bins == 30 && spec.configuration.deltas.order == 1)
    var environment = try layers(["mel-bins": "30"], environment: ["KALEIDO_FEATURES": "mel:bins=64"])
    #expect(try environment.frontEnd().configuration.mel.bins == 30)
  }

  @Test("another front end leaves behind the options of the file's")
  func anotherRequest() throws {
    var layers = try layers(
      ["front-end": "mfcc"],
      file: #"{"features": "mel:bins=64", "mel-bins": {"value": 64, "origin": "front-end"}}"#)
    #expect(try layers.frontEnd().configuration.mel.bins == 40)
  }

  @Test("an option that one command line sets twice is refused unless both values are the same")
  func twice() throws {
    var twice = try layers(["front-end": "mel:bins=80", "mel-bins": "40"])
    #expect(throws: Failure.self) { try twice.frontEnd() }
    var same = try layers(["front-end": "mel:bins=80", "mel-bins": "80"])
    #expect(try same.frontEnd().configuration.mel.bins == 80)
  }
}
