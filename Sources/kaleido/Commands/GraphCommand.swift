import ArgumentParser
import Workflows

/// `kaleido graph COMMAND...`.
struct GraphCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "graph", abstract: "Draw the stage graph of a command without running it.",
    usage: "kaleido graph [--outline] <command>...",
    discussion: """
      Examples:
        kaleido graph preprocess corpus --out feats --jobs 4
        kaleido graph --outline train corpus --out runs/mel

      Writes a Mermaid flow chart, or with --outline a line for each arrow.
      """)

  @Flag(help: "A line for each arrow instead of a flow chart.") var outline = false

  @Argument(
    parsing: .captureForPassthrough, help: ArgumentHelp("A command with its arguments.", valueName: "command")
  )
  var command: [String]

  func run() async throws {
    var arguments = command
    let wantsOutline = outline || arguments.first == "--outline"
    if arguments.first == "--outline" { arguments.removeFirst() }
    let wantsHelp = arguments.contains { $0 == "--help" || $0 == "-h" }
    if wantsHelp, arguments.first?.hasPrefix("-") == true { throw CleanExit.helpRequest(self) }
    // Errors of the command to draw are printed as the command's own.
    var parsed = try CommandLineParser.parse(arguments)
    MathLibrary.load(for: parsed)
    let drawable = parsed as? any GraphDrawing
    if drawable == nil, wantsHelp { return try parsed.run() }
    let name = arguments.first ?? "no command"
    try await CommandRunner.run(type(of: parsed), OutputOptions.parse([])) {
      guard let drawable else {
        throw Failure(
          .usage, code: "no-graph", subject: name, expected: "a command that runs a graph",
          remedy: "Try: kaleido graph preprocess CORPUS --out DIR")
      }
      let drawing = try drawable.drawing()
      try Console.out(wantsOutline ? drawing.outline : drawing.mermaid)
      return .whole
    }
  }
}
