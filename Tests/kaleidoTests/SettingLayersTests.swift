import Foundation
import Foundations
import FrontEnds
import Signal
import TestSupport
import Testing
import Workflows

@testable import kaleido

@Suite struct SettingLayering {
  private func file(_ text: String, in folder: TemporaryFolder) throws -> String {
    let url = folder.appending("config.json")
    try Data(text.utf8).write(to: url)
    return url.path
  }

  @Test func flagsStandOverEnvironmentOverFileOverDefault() throws {
    let folder = try TemporaryFolder()
    let path = try file(
      "{\"a\": \"file\", \"b\": {\"value\": \"file\", \"origin\": \"flag\"}, \"c\": 3}", in: folder)
    var layers = try SettingLayers(
      flags: ["a": "flag"],
      environment: ["KALEIDO_A": "environment", "KALEIDO_B": "environment", "KALEIDO_D": ""],
      configuration: path, known: ["a", "b", "c", "d"])
    #expect(try layers.value("a", default: "x") == "flag")
    #expect(try layers.value("b", default: "x") == "environment")
    #expect(try layers.count("c", default: 1, in: 0...9) == 3)
    #expect(try layers.value("d", default: "x") == "x")
    #expect(layers.settings.map(\.origin) == [.flag, .environment, .file, .default])
  }

  @Test func aRowOfTheCommandLineStandsOverEnvironmentAndFile() throws {
    var layers = try SettingLayers(
      flags: ["front-end": "mel:bins=23"], environment: ["KALEIDO_MEL_BINS": "60"], configuration: nil,
      known: [])
    let spec = try layers.frontEnd(FrontEndRequest(parsing: "mel:bins=23"), preset: nil)
    #expect(spec.configuration.mel.bins == 23)
    #expect(layers.settings.first { $0.name == "mel-bins" }?.origin == .row)
  }

  @Test(arguments: [
    ("{\"mel-bin\": 3}", Failure.Kind.usage), ("[1]", .badInput), ("{\"a\": ", .badInput), ("", .badInput),
  ])
  func aFileThatCannotBeTakenIsRefused(text: String, kind: Failure.Kind) throws {
    let folder = try TemporaryFolder()
    let path = try file(text, in: folder)
    #expect {
      try SettingLayers(flags: [:], environment: [:], configuration: path, known: ["a"])
    } throws: { error in
      (error as? Failure)?.kind == kind
    }
  }

  @Test func aFlagWithoutEffectOnTheRowIsRefused() throws {
    var layers = try SettingLayers(
      flags: ["cepstra": "12"], environment: [:], configuration: nil, known: [])
    #expect(throws: Failure.self) { try layers.frontEnd(FrontEndRequest(.mel), preset: nil) }
  }

  @Test func aFlagStandsOverTheRowOfAFileOrTheEnvironment() throws {
    let folder = try TemporaryFolder()
    let path = try file(
      "{\"features\": \"mel:bins=64,deltas=1\", \"mel-bins\": {\"value\": 64, \"origin\": \"row\"}}",
      in: folder)
    var layers = try SettingLayers(flags: ["mel-bins": "30"], environment: [:], configuration: path)
    let spec = try layers.frontEnd()
    #expect(spec.configuration.mel.bins == 30)
    #expect(spec.configuration.deltas.order == 1)
    var other = try SettingLayers(
      flags: ["mel-bins": "30"], environment: ["KALEIDO_FEATURES": "mel:bins=64"], configuration: nil)
    #expect(try other.frontEnd().configuration.mel.bins == 30)
  }

  @Test func anotherRowLeavesBehindWhatTheFilesRowSaid() throws {
    let folder = try TemporaryFolder()
    let path = try file(
      "{\"features\": \"mel:bins=64\", \"mel-bins\": {\"value\": 64, \"origin\": \"row\"}}", in: folder)
    var layers = try SettingLayers(flags: ["front-end": "mfcc"], environment: [:], configuration: path)
    #expect(try layers.frontEnd().configuration.mel.bins == 40)
  }

  @Test func sayingAnOptionTwiceOnOneCommandLineIsRefusedUnlessItIsTheSame() throws {
    var twice = try SettingLayers(
      flags: ["front-end": "mel:bins=80", "mel-bins": "40"], environment: [:], configuration: nil)
    #expect(throws: Failure.self) { try twice.frontEnd() }
    var same = try SettingLayers(
      flags: ["front-end": "mel:bins=80", "mel-bins": "80"], environment: [:], configuration: nil)
    #expect(try same.frontEnd().configuration.mel.bins == 80)
  }
}
