import ArgumentParser
import TrainedModels
import Workflows

/// `kaleido model` and what goes with it.
struct ModelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "Look at trained models.", subcommands: [ModelInspectCommand.self])
}

/// `kaleido model inspect FILE|RUN`.
struct ModelInspectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Show tensors, parameters by part, training, and how far it moved.",
    usage: "kaleido model inspect <file> [<options>]",
    discussion: """
      Examples:
        kaleido model inspect runs/mel
        kaleido model inspect runs/mel/model.safetensors --json

      Reads a RUN, its model.safetensors or its checkpoint.safetensors. Movement is the distance from the \
      first values over their length. A file that breaks a rule of the format, or holds a number that is \
      not finite, ends with 65.
      """)

  @Argument(
    help: ArgumentHelp("A RUN of train, a model or a checkpoint.", valueName: "file"), completion: .file())
  var file: String

  @OptionGroup(title: "Messages") var output: OutputOptions

  func run() async throws {
    try await CommandRunner.run(Self.self, output) {
      try output.print(try ModelInspection(path: file))
    }
  }
}
