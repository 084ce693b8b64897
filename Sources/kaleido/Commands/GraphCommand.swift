import ArgumentParser
import Workflows

/// A command whose work is a stage graph.
protocol GraphDrawing {
  /// The graph that the command would run.
  func drawing() throws -> GraphBlueprintDrawing
}

/// `kaleido graph COMMAND...`.
struct GraphCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "graph", abstract: "Draw the stage graph of a command without running it.",
    discussion: """
      As in: kaleido graph preprocess CORPUS --out DIR --jobs 4. Writes a Mermaid flow chart, or with --outline a line for \
      each arrow.
      """)

  @Flag(help: "A line for each arrow instead of a flow chart.") var outline = false

  @Argument(
    parsing: .captureForPassthrough, help: ArgumentHelp("A command with its arguments.", valueName: "command")
  )
  var command: [String]

  func run() async throws {
    try await Conduct.run(OutputOptions.parse([])) {
      var arguments = command
      let wantsOutline = outline || arguments.first == "--outline"
      if arguments.first == "--outline" { arguments.removeFirst() }
      let parsed = try Kaleido.parseAsRoot(arguments)
      guard let drawable = parsed as? any GraphDrawing else {
        throw Failure(
          .usage, code: "no-graph", subject: arguments.first ?? "no command",
          expected: "a command that runs a graph",
          remedy: "Try: kaleido graph preprocess CORPUS --out DIR")
      }
      let drawing = try drawable.drawing()
      try Console.out(wantsOutline ? drawing.outline : drawing.mermaid)
      return .whole
    }
  }
}

extension PreprocessRunCommand: GraphDrawing {
  func drawing() throws -> GraphBlueprintDrawing { try PreprocessPlan(arguments.resolve().options).drawing() }
}

extension CorpusCheckCommand: GraphDrawing {
  func drawing() throws -> GraphBlueprintDrawing { try checking.blueprint() }
}

extension StreamCommand: GraphDrawing {
  func drawing() throws -> GraphBlueprintDrawing { try stream().drawing }
}
