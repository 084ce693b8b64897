import ArgumentParser

/// `kaleido corpus` and what goes with it.
struct CorpusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "corpus", abstract: "Look at audio files and corpora, and make one.",
    subcommands: [CorpusInspectCommand.self, CorpusCheckCommand.self, CorpusMakeCommand.self])
}
