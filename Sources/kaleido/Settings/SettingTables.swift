import Corpus
import Foundations
import FrontEnds
import Recognition
import Signal
import TrainedModels
import Workflows

/// The front end as settings name it: its kind with options, and the preset that the options start from.
struct FrontEndChoice {
  var request = FrontEndRequest(.mel)
  var preset: FeaturePreset?

  static let requestName = "front-end"
  static let presetName = "preset"

  static let settings: [Setting<FrontEndChoice>] = [
    .text(
      requestName, \.request, request,
      help: """
        Front end, with options as in mel:mel-bins=80. One of \
        \(FrontEndKind.all.map(\.name).joined(separator: ", ")).
        """
    ).valued("front-end"),
    .choice(
      presetName, \.presetText, FeaturePreset.allCases.map(\.rawValue), orKeyword: "none",
      help: """
        Defaults of another toolkit: kaldi (dither 1, 23 mel bins, energy in place of the first cepstrum) or \
        kaldi-timit (its TIMIT recipe: 23 mel bins, Hamming window, HTK's order). Options win over it.
        """
    ).valued("name"),
  ]

  private static let request = SettingForm("NAME[:option=value,...]") {
    try? FrontEndRequest(parsing: $0)
  } write: {
    $0.description
  }

  private var presetText: String? {
    get { preset?.rawValue }
    set { preset = newValue.flatMap { FeaturePreset(rawValue: $0) } }
  }
}

/// All tables of settings that environment and file may set; the defaults are those of the typed options.
enum SettingTables {
  static let preprocess = PreprocessOptions(
    corpus: CorpusLocation(""), outputDirectory: "", frontEnd: FrontEndSpec(.mel))
  static let train = TrainOptions(
    corpus: CorpusLocation(""), runDirectory: "", features: .frontEnd(FrontEndSpec(.mel)))
  static let test = TestOptions(CorpusLocation(""))
  static let stream = LiveStreamOptions(frontEnd: FrontEndSpec(.mel))
  static let check = CorpusChecking(corpus: CorpusLocation(""))
  static let compare = ComparisonOptions([], outputDirectory: "", test: test, training: train)

  /// Names that settings had before, which are still read.
  static let aliases = [FrontEndChoice.requestName: ["features"]]

  /// The settings that environment and file may hold, over all commands: one file may serve several.
  ///
  /// Options that name one run's operands or ask something of that run alone (`--out`, `--root`, `--shard`,
  /// `--force`, ...) are given on the command line only.
  static let names: [String] = {
    let names =
      FrontEndChoice.settings.map(\.name) + CorpusOptions.settings.map(\.name)
      + PreprocessOptions.settings.map(\.name)
      + TrainOptions.settings.map(\.name) + TestOptions.settings.map(\.name)
      + LiveStreamOptions.settings.map(\.name) + CorpusChecking.settings.map(\.name)
      + ComparisonOptions.settings.map(\.name) + ArithmeticOptions.settings.map(\.name)
      + FeatureOption.all.map(\.name)
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
  }()
}
