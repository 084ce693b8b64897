import Archives
import Files
import Foundation
import Foundations
import FrontEnds
import Signal
import Stages
import TestSupport
import Testing
import Workflows

@testable import kaleido

@Suite struct CommandSettings {
  private func layers(
    _ flags: [String: String] = [:], environment: [String: String] = [:], file: String? = nil
  ) throws -> SettingLayers {
    guard let file else {
      return try SettingLayers(flags: flags, environment: environment, configuration: nil)
    }
    let folder = try TemporaryFolder()
    let url = folder.appending("config.json")
    try Data(file.utf8).write(to: url)
    return try SettingLayers(flags: flags, environment: environment, configuration: url.path)
  }

  private let location = CorpusLocation("/nowhere")

  @Test func preprocessTakesEachOfItsSettingsFromAnyLayer() throws {
    var settings = try layers(
      ["format": "npy", "compress": "false"], environment: ["KALEIDO_MAX_BAD": "2%", "KALEIDO_JOBS": "3"],
      file: "{\"compress\": true, \"relative-paths\": true, \"shard-utterances\": 7, \"channel\": 2}")
    let options = try PreprocessOptions(
      location, outputDirectory: "out", part: "2/5", cores: 9, settings: &settings)
    #expect(options.format == .npy && !options.isCompressed && options.usesRelativePaths)
    #expect(options.jobs == 3 && options.shardUtterances == 7 && options.channel == 2)
    #expect(options.rejectLimit == .percent(2) && options.part == ShardPart(index: 2, count: 5))
    #expect(options.frontEnd.kind == .mel)
  }

  @Test(arguments: ["0/3", "4/3", "1", "1/0", "a/b", "1/3/5", "-1/3", "", "9999999999999999999/9"])
  func aPartThatIsNoneIsRefused(text: String) {
    #expect(throws: Failure.self) { try ShardPart(parsing: text) }
  }

  @Test func aStreamTakesEachOfItsSettingsFromAnyLayer() throws {
    var settings = try layers(
      ["input": "file"], environment: ["KALEIDO_OUTPUT": "ark", "KALEIDO_KEY": "live"],
      file: "{\"block-frames\": 3, \"channel\": 2, \"features\": \"mfcc\"}")
    let options = try LiveStreamOptions(settings: &settings)
    #expect(options.input == .file && options.output == .ark && options.key == "live")
    #expect(options.blockFrames == 3 && options.channel == 2 && options.frontEnd.kind.name == "mfcc")
  }

  @Test(arguments: [
    ["input": "wave"], ["output": "hdf5"], ["key": "a b"], ["key": ""], ["block-frames": "0"],
    ["input": "s16", "channel": "1"], ["input": "f32", "channel": "2"], ["front-end": "melt"],
    ["preset": "kaldy"],
  ])
  func aStreamThatCannotBeIsRefused(flags: [String: String]) throws {
    var settings = try layers(flags)
    #expect {
      try LiveStreamOptions(settings: &settings)
    } throws: {
      ($0 as? Failure)?.kind == .usage
    }
  }

  @Test func aCheckTakesItsSettingsFromAnyLayer() throws {
    var settings = try layers(["sample-rate": "0"], environment: ["KALEIDO_JOBS": "5"])
    let checking = try CorpusChecking(location, cores: 2, settings: &settings)
    #expect(checking.sampleRateHertz == nil && checking.jobs == 5 && checking.channel == nil)
  }

  @Test func settingsOfFileAndEnvironmentThatDoNotFitTheRowAreNamed() throws {
    var settings = try layers(
      ["front-end": "fft"], environment: ["KALEIDO_MEL_BINS": "30"], file: "{\"cepstra\": 5, \"deltas\": 1}")
    let kind = try settings.frontEnd().kind
    #expect(
      settings.withoutEffect == [
        .init(name: "mel-bins", origin: .environment, kind: kind),
        .init(name: "cepstra", origin: .file, kind: kind),
      ])
  }

  @Test func variablesThatNothingReadsAreNamedWithWhatMayBeMeant() {
    let unknown = EnvironmentVariable.unknown(in: [
      "KALEIDO_MELBINS": "80", "KALEIDO_MEL_BINS": "80", "KALEIDO_DATA": "/data", "KALEIDO_JOBS": "2",
      "KALEIDO_COLOUR_OF_THE_SKY": "blue", "HOME": "/", "KALEIDOSCOPE": "1",
    ])
    #expect(
      unknown == [
        .init(name: "KALEIDO_COLOUR_OF_THE_SKY", suggestion: nil),
        .init(name: "KALEIDO_MELBINS", suggestion: "KALEIDO_MEL_BINS"),
      ])
  }

  @Test func everySettingOfAFeatureOptionHasAVariableOfItsName() {
    for option in FeatureOption.all {
      #expect(EnvironmentVariable.named(option.name) == option.environmentName)
    }
  }

  /// Fields are the modules' own words; options are what a user can change.
  @Test(arguments: [
    ("mel:frame-shift=0", "--frame-shift"), ("mel:frame-length=0", "--frame-length"),
    ("mel:subsample=0", "--subsample"), ("mel:subsample=-2,subsample-offset=1", "--subsample-offset"),
    ("mfcc:cepstra=41", "--cepstra"),
    ("mel:vtln-warp=1.2,vtln-low=8000", "--vtln-low"), ("mel:low-frequency=9000", "--low-frequency"),
  ])
  func whatIsWrongIsNamedAsOnTheCommandLine(row: String, option: String) throws {
    do {
      _ = try FrontEndSpec(parsing: row).makeFrontEnd()
      Issue.record("\(row) was taken")
    } catch {
      #expect(Failure(error).subject.hasPrefix(option), "\(Failure(error).subject)")
    }
  }

  @Test func everyFieldThatSignalNamesIsAnOption() {
    for (name, field) in [
      ("sample-rate", "sampleRateHertz"), ("frame-length", "frameLengthMilliseconds"),
      ("preemphasis", "preemphasis"), ("dither", "dither"), ("blackman-coeff", "window"),
      ("vtln-warp", "vtlnWarp"), ("energy-floor", "energyFloor"), ("cepstra", "cepstra"),
      ("cepstral-lifter", "lifter"),
    ] {
      #expect(SignalField.option(field) == "--\(name)")
      #expect((try? FeatureOption.named(name)) != nil)
    }
  }

  @Test func theCodeOfASystemCallFitsTheExitCode() {
    func code(_ operation: SystemOperation, _ number: Int32) -> String {
      Failure(FileError.system(operation: operation, path: "/x", code: number)).code
    }
    #expect(code(.makeFolder, ENOENT) == "cannot-create")
    #expect(code(.create, EACCES) == "permission")
    #expect(code(.write, ENOSPC) == "input-output")
  }

  @Test(
    "what file and environment say of features does not affect a model; what the command line says must agree"
  )
  func settings() throws {
    let folder = try TemporaryFolder()
    let path = folder.appending("run").path
    let run = try ProgramRun.kaleido([
      "train", BuiltInCorpus.path, "--out", path, "--epochs", "1", "--quiet", "--hidden", "16", "--front-end",
      "mel:mel-bins=30",
    ])
    try #require(run.status == 0, "\(run.errors)")
    var layers = try SettingLayers(
      flags: ["front-end": "mel:mel-bins=30", "window": "povey"],
      environment: ["KALEIDO_MEL_BINS": "80", "KALEIDO_FEATURES": "mfcc"], configuration: nil)
    let options = try LiveStreamOptions(model: path, settings: &layers)
    #expect(options.frontEnd.configuration.mel.bins == 30)
    #expect(layers.withoutEffect.map(\.name) == ["mel-bins"])
    #expect(layers.settings.contains { $0.name == "mel-bins" && $0.value == "30" && $0.origin == .model })
    for flags in [
      ["front-end": "mfcc"], ["front-end": "mel:mel-bins=40"], ["mel-bins": "40"], ["cepstra": "13"],
      ["preset": "kaldi"],
    ] {
      let failure = #expect(throws: Failure.self) {
        var layers = try SettingLayers(flags: flags, environment: [:], configuration: nil)
        _ = try LiveStreamOptions(model: path, settings: &layers)
      }
      #expect(failure?.kind == .usage && failure?.code == "other-than-model", "\(flags)")
    }
    // What --print-config writes reads back, also beside another row.
    let config = folder.appending("config.json")
    try layers.printed.write(to: config, atomically: true, encoding: .utf8)
    var again = try SettingLayers(flags: [:], environment: [:], configuration: config.path)
    #expect(try LiveStreamOptions(settings: &again).frontEnd.configuration.mel.bins == 40)
  }
}
