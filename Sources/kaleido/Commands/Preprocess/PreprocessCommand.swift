import ArgumentParser

/// `kaleido preprocess` and what goes with it.
struct PreprocessCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "preprocess", abstract: "Turn a corpus into features.",
    discussion: """
      Reads the corpus, computes features and frame labels, and writes them in shards that are committed \
      one by one. Stopped at any time, by any means, the same command goes on from there and ends with the \
      same bytes.
      """,
    subcommands: [
      PreprocessRunCommand.self, PreprocessStatusCommand.self, PreprocessVerifyCommand.self,
      PreprocessFinishCommand.self,
    ],
    defaultSubcommand: PreprocessRunCommand.self)
}
