import Corpus
import Foundations
import FrontEnds
import Synthesis
import Workflows

extension SettingArgument {
  /// The arguments of some settings of a table, in the order of the names.
  ///
  /// - Parameter root: the options with their defaults.
  static func all<Root>(_ table: [Setting<Root>], _ root: Root, _ names: [String]) -> [SettingArgument] {
    names.map { name in
      guard let setting = table.named(name) else { preconditionFailure("no setting \(name)") }
      return SettingArgument(setting, default: setting.value(in: root))
    }
  }

  /// The arguments of a table without some.
  static func all<Root>(
    _ table: [Setting<Root>], _ root: Root, without names: [String]
  ) -> [SettingArgument] {
    all(table, root, table.map(\.name).filter { !names.contains($0) })
  }

  /// The front end, also under its former name, and the preset.
  fileprivate static var frontEnd: [SettingArgument] {
    var arguments = all(
      FrontEndChoice.settings, FrontEndChoice(), [FrontEndChoice.requestName, FrontEndChoice.presetName])
    arguments[0].hiddenNames = SettingTables.aliases[arguments[0].name] ?? []
    return arguments
  }

  fileprivate static var preset: SettingArgument { frontEnd[1] }

  fileprivate static func train(_ names: [String]) -> [SettingArgument] {
    all(TrainOptions.settings, SettingTables.train, names)
  }

  fileprivate static func preprocess(_ names: [String]) -> [SettingArgument] {
    all(PreprocessOptions.settings, SettingTables.preprocess, names)
  }

  fileprivate static func test(_ names: [String]) -> [SettingArgument] {
    all(TestOptions.settings, SettingTables.test, names)
  }

  fileprivate static func stream(_ names: [String]) -> [SettingArgument] {
    all(LiveStreamOptions.settings, SettingTables.stream, names)
  }

  fileprivate static func compare(_ names: [String]) -> [SettingArgument] {
    all(ComparisonOptions.settings, SettingTables.compare, names)
  }
}

// The sections of help: each setting of a command is in one of them.

// MARK: preprocess

struct PreprocessSection: SettingSection {
  static let arguments = SettingArgument.frontEnd + SettingArgument.preprocess(["format", "jobs", "max-bad"])
}

struct PreprocessCorpusSection: SettingSection {
  static let arguments = SettingArgument.preprocess(["channel"])
}

struct PreprocessDirectorySection: SettingSection {
  static let arguments = SettingArgument.preprocess(["compress", "shard-utterances", "relative-paths"])
}

struct FinishSection: SettingSection {
  static let arguments = SettingArgument.all(FinishOptions.settings, FinishOptions(), without: [])
}

// MARK: train

struct TrainSection: SettingSection {
  static let arguments =
    SettingArgument.frontEnd + SettingArgument.train(["classifier", "epochs", "seed", "jobs"])
}

struct ClassifierSection: SettingSection {
  static let arguments = SettingArgument.train([
    "hidden", "context", "normalization", "dropout", "bidirectional", "classes",
  ])
}

struct TrainingSection: SettingSection {
  static let arguments = SettingArgument.train([
    "learning-rate", "schedule", "warm-up", "patience", "optimizer", "momentum", "weight-decay",
    "clip-norm", "label-smoothing", "batch-segments", "segment-frames", "shuffle-segments",
  ])
}

struct TrainCorpusSection: SettingSection {
  static let arguments = SettingArgument.train(["train-split", "dev-split", "with-sa", "max-bad", "channel"])
}

// MARK: compare and report

struct CompareSection: SettingSection {
  static let arguments =
    SettingArgument.compare(["seeds"]) + SettingArgument.train(["classifier", "epochs", "jobs"])
    + SettingArgument.compare(["measure"]) + [SettingArgument.preset]
}

struct ComparisonSection: SettingSection {
  static let arguments =
    SettingArgument.test(["split"]) + SettingArgument.compare(["first-seed", "label-shift"])
}

struct ReportSection: SettingSection {
  static let arguments = SettingArgument.test(["split", "jobs"])
}

// MARK: evaluate

struct EvaluateSection: SettingSection {
  static let arguments = SettingArgument.test(["split", "jobs", "max-bad"])
}

struct TestCorpusSection: SettingSection {
  static let arguments = SettingArgument.test(["with-sa", "channel"])
}

struct ReportCorpusSection: SettingSection {
  static let arguments = SettingArgument.test(["with-sa", "max-bad", "channel"])
}

// MARK: stream

struct StreamSection: SettingSection {
  static let arguments = SettingArgument.frontEnd + SettingArgument.stream(["input", "output"])
}

struct StreamDetailSection: SettingSection {
  static let arguments = SettingArgument.stream(["channel", "resample", "key", "block-frames"])
}

// MARK: what computes

struct ArithmeticSection: SettingSection {
  static let arguments = SettingArgument.all(ArithmeticOptions.settings, ArithmeticOptions(), without: [])
}

// MARK: corpus

struct CorpusReadingSection: SettingSection {
  static let arguments = SettingArgument.all(CorpusOptions.settings, CorpusOptions(), without: [])
}

struct CheckSection: SettingSection {
  static let arguments = SettingArgument.all(CorpusChecking.settings, SettingTables.check, without: [])
}

struct InspectSection: SettingSection {
  static let arguments = SettingArgument.all(
    FileInspectionOptions.settings, FileInspectionOptions(), without: [])
}

struct CorpusMakingSection: SettingSection {
  static let arguments = SettingArgument.all(
    CorpusMakingOptions.settings, CorpusMakingOptions(outputDirectory: "", recipe: CorpusRecipe()),
    without: [])
}
