import Archives
import Foundation
import Foundations
import FrontEnds
import Signal
import Stages
import TestSupport
import Testing
import Workflows

@testable import kaleido

@Suite("CommandSettings") struct CommandSettingsTests {
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

  @Test("preprocess takes each of its settings from any layer") func preprocess() throws {
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

  @Test(
    "a part that is none is refused",
    arguments: ["0/3", "4/3", "1", "1/0", "a/b", "1/3/5", "-1/3", "", "9999999999999999999/9"])
  func badPart(text: String) {
    #expect(throws: Failure.self) { try ShardPart(parsing: text) }
  }

  @Test("a stream takes each of its settings from any layer") func stream() throws {
    var settings = try layers(
      ["input": "file"], environment: ["KALEIDO_OUTPUT": "ark", "KALEIDO_KEY": "live"],
      file: "{\"block-frames\": 3, \"channel\": 2, \"features\": \"mfcc\"}")
    let options = try LiveStreamOptions(settings: &settings)
    #expect(options.input == .file && options.output == .ark && options.key == "live")
    #expect(options.blockFrames == 3 && options.channel == 2 && options.frontEnd.kind.name == "mfcc")
  }

  @Test(
    "a stream that cannot be is refused",
    arguments: [
      ["input": "wave"], ["output": "hdf5"], ["key": "a b"], ["key": ""], ["block-frames": "0"],
      ["input": "s16", "channel": "1"], ["input": "f32", "channel": "2"], ["front-end": "melt"],
      ["preset": "kaldy"],
    ])
  func badStream(flags: [String: String]) throws {
    var settings = try layers(flags)
    #expect {
      try LiveStreamOptions(settings: &settings)
    } throws: {
      ($0 as? Failure)?.kind == .usage
    }
  }

  @Test("a check takes its settings from any layer") func check() throws {
    var settings = try layers(["sample-rate": "any"], environment: ["KALEIDO_JOBS": "5"])
    let checking = try CorpusChecking(location, cores: 2, settings: &settings)
    #expect(checking.sampleRateHertz == nil && checking.jobs == 5 && checking.channel == nil)
  }

  @Test("settings of file and environment that the front end does not have are named") func unused() throws {
    var settings = try layers(
      ["front-end": "fft"], environment: ["KALEIDO_MEL_BINS": "30"], file: "{\"cepstra\": 5, \"deltas\": 1}")
    let kind = try settings.frontEnd().kind
    #expect(
      settings.unused == [
        .init(name: "mel-bins", origin: .environment, reason: .kind(kind)),
        .init(name: "cepstra", origin: .file, reason: .kind(kind)),
      ])
  }

  @Test("variables that nothing reads are named with what may be meant") func unknownVariables() {
    let unknown = EnvironmentVariable.unknown(in: [
      "KALEIDO_MELBINS": "80", "KALEIDO_MEL_BINS": "80", "KALEIDO_DATA": "/data", "KALEIDO_JOBS": "2",
      "KALEIDO_COLOUR_OF_THE_SKY": "blue", "HOME": "/", "KALEIDOSCOPE": "1", "KALEIDO_SEEDS": "3",
    ])
    #expect(
      unknown == [
        .init(name: "KALEIDO_COLOUR_OF_THE_SKY", suggestion: nil),
        .init(name: "KALEIDO_MELBINS", suggestion: "KALEIDO_MEL_BINS"),
      ])
  }

  @Test("every command has an option for each setting that it reads, and for no other")
  func sectionsCoverTables() {
    func names(_ sections: [any SettingSection.Type]) -> [String] {
      sections.flatMap { $0.arguments.map(\.name) }.sorted()
    }
    let frontEnd = FrontEndChoice.settings.map(\.name)
    #expect(
      names([PreprocessSection.self, PreprocessCorpusSection.self, PreprocessDirectorySection.self])
        == (frontEnd + PreprocessOptions.settings.map(\.name)).sorted())
    #expect(
      names([TrainSection.self, ClassifierSection.self, TrainingSection.self, TrainCorpusSection.self])
        == (frontEnd + TrainOptions.settings.map(\.name)).sorted())
    #expect(
      names([EvaluateSection.self, TestCorpusSection.self]) == TestOptions.settings.map(\.name).sorted())
    #expect(
      names([ReportSection.self, ReportCorpusSection.self]) == TestOptions.settings.map(\.name).sorted())
    #expect(
      names([StreamSection.self, StreamDetailSection.self])
        == (frontEnd + LiveStreamOptions.settings.map(\.name)).sorted())
    let compared = Set(
      names([
        CompareSection.self, ComparisonSection.self, ClassifierSection.self, TrainingSection.self,
        TrainCorpusSection.self,
      ]))
    let trained = TrainOptions.settings.map(\.name).filter { $0 != "seed" }
    #expect(
      compared
        == Set(trained + ComparisonOptions.settings.map(\.name) + ["split", FrontEndChoice.presetName]))
  }

  @Test("settings of one name have the same meaning in all tables") func sharedNames() {
    // What one file sets for several commands has to be readable by all of them.
    func text<Root>(_ table: [Setting<Root>]) -> [String: String] {
      Dictionary(uniqueKeysWithValues: table.map { ($0.name, $0.kind.text) })
    }
    let tables = [
      text(PreprocessOptions.settings), text(TrainOptions.settings), text(TestOptions.settings),
      text(LiveStreamOptions.settings), text(ComparisonOptions.settings),
      text(FeatureOption.all.map(\.setting)),
    ]
    for name in Set(tables.flatMap(\.keys)) {
      #expect(Set(tables.compactMap { $0[name] }).count == 1, "\(name)")
    }
  }

  // Modules name fields; options are what a user can change.
  @Test(
    "an option that is wrong is named as on the command line",
    arguments: [
      ("mel:frame-shift=0", "--frame-shift"), ("mel:frame-length=0", "--frame-length"),
      ("mel:subsample=0", "--subsample"), ("mel:subsample=-2,subsample-offset=1", "--subsample-offset"),
      ("mfcc:cepstra=41", "--cepstra"),
      ("mel:vtln-warp=1.2,vtln-low=8000", "--vtln-low"), ("mel:low-frequency=9000", "--low-frequency"),
    ])
  func optionNames(frontEnd: String, option: String) throws {
    do {
      _ = try FrontEndSpec(parsing: frontEnd).makeFrontEnd()
      Issue.record("\(frontEnd) was taken")
    } catch {
      #expect(Failure(error).subject.hasPrefix(option), "\(Failure(error).subject)")
    }
  }

  @Test("every field that Signal names is an option") func signalFields() {
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

  @Test(
    "beside a model, feature options of file and environment have no effect, and those typed must agree"
  )
  func model() throws {
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
    #expect(layers.unused.map(\.name) == ["mel-bins"])
    #expect(layers.entries.contains(.init(name: "mel-bins", value: .integer(30), origin: .model)))
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
    // What --print-config writes reads back, also beside another front end.
    let config = folder.appending("config.json")
    try layers.printed.write(to: config, atomically: true, encoding: .utf8)
    var again = try SettingLayers(flags: [:], environment: [:], configuration: config.path)
    #expect(try LiveStreamOptions(settings: &again).frontEnd.configuration.mel.bins == 40)
  }
}
