import ArgumentParser

/// Times the pipeline beside its peers and prints a table of ratios.
@main
struct KaleidoBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kaleido-bench",
    abstract: "Times the pipeline beside its peers.",
    discussion: """
      `make bench` fetches the peers into .build-peers, builds, and runs `kaleido-bench all`. Sections whose work is \
      on one thread pin themselves to one processor; times are thread CPU time, ours and the peers' runs alternate.
      """,
    subcommands: [AllCommand.self] + AllCommand.sections + [WisdomCommand.self, PreprocessOnceCommand.self],
    defaultSubcommand: AllCommand.self)
}
