import ArgumentParser

/// The operands that `compare` and `report` have in common.
struct ComparisonArguments: ParsableArguments {
  @Option(
    help: .corpus,
    completion: .file())
  var corpus: String

  @Option(
    help: ArgumentHelp("The directory of all results; made if it is not there.", valueName: "dir"),
    completion: .directory)
  var out: String
}
