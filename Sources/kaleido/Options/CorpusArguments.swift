import ArgumentParser
import Workflows

/// Which corpus a command reads.
struct CorpusArguments: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "A folder in TIMIT layout, or a .jsonl manifest.", valueName: "corpus"), completion: .file())
  var corpus: String

  @Option(
    help: ArgumentHelp(
      "What a manifest's paths are relative to. (default: the manifest's folder)", valueName: "dir"),
    completion: .directory)
  var root: String?

  @Option(
    help: ArgumentHelp(
      "The program's data: phone sets, splits, the built-in corpus. (default: KALEIDO_DATA, or beside the program)",
      valueName: "dir"), completion: .directory)
  var data: String?

  var location: CorpusLocation { CorpusLocation(corpus, root: root, dataFolder: data) }
}
