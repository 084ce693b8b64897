import ArgumentParser
import Corpus
import Workflows

extension ArgumentHelp {
  /// The operand CORPUS of every command.
  static var corpus: ArgumentHelp {
    ArgumentHelp(
      """
      A folder of TIMIT or another corpus, a Kaldi data directory, or a manifest of this program, Lhotse or \
      NeMo.
      """, valueName: "corpus")
  }
}

/// The corpus that a command reads.
struct CorpusArgument: ParsableArguments {
  @Argument(
    help: .corpus,
    completion: .file())
  var path: String
}

/// The options by which a corpus is read.
struct CorpusReadingArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What a manifest's paths are relative to. (default: the manifest's folder)", valueName: "dir"),
    completion: .directory)
  var root: String?

  @OptionGroup var data: DataOption

  @OptionGroup var settings: SettingOptions<CorpusReadingSection>

  /// The location of a corpus, read by the settings.
  func location(_ path: String, settings: inout SettingLayers) throws(Failure) -> CorpusLocation {
    var options = CorpusOptions()
    try settings.apply(CorpusOptions.settings, to: &options)
    return CorpusLocation(path, root: root, dataFolder: data.folder, options: options)
  }
}

/// Where the program's data is.
struct DataOption: ParsableArguments {
  @Option(
    name: .customLong("data"),
    help: ArgumentHelp(
      """
      The program's data: phone sets, splits, the built-in corpus. (default: KALEIDO_DATA, or beside the \
      program)
      """, valueName: "dir"), completion: .directory)
  var folder: String?
}
