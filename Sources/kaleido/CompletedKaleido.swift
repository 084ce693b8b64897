import ArgumentParser

/// The commands as shells complete them: `preprocess` has its options itself, as a user writes them.
struct CompletedKaleido: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Kaleido.configuration.commandName,
    subcommands: Kaleido.configuration.subcommands.map { command in
      command == PreprocessCommand.self ? CompletedPreprocess.self : command
    })
}

/// `preprocess` with the options of `preprocess run` and the other commands beside them.
private struct CompletedPreprocess: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: PreprocessCommand.configuration.commandName,
    abstract: PreprocessCommand.configuration.abstract,
    subcommands: PreprocessCommand.configuration.subcommands.filter { $0 != PreprocessRunCommand.self })

  @OptionGroup var arguments: PreprocessArguments
  @OptionGroup var output: OutputOptions
}
