import ArgumentParser

/// The benchmark program, which times the pipeline and its peers and prints a table of ratios.
@main
struct KaleidoBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kaleido-bench",
    abstract: "Times the pipeline and its peers.",
    discussion: """
      `make bench` fetches the peers into .build-peers, builds, and runs `kaleido-bench all`. \
      Single-threaded sections pin themselves to one processor; times are thread CPU time, and runs of \
      ours and the peers alternate.
      """,
    subcommands: [AllCommand.self] + AllCommand.sections + [WisdomCommand.self, PreprocessOnceCommand.self],
    defaultSubcommand: AllCommand.self)
}
