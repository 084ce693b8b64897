import ArgumentParser
import Glibc
import Stages
import Workflows

@main
struct Kaleido: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kaleido",
    abstract: "Features of speech corpora, phone classifiers, comparisons of front ends.",
    discussion: """
      Start with "kaleido demo". Exit codes: 0 whole; 1 a front end is worse (compare --fail-if-worse); 64 \
      usage; 65 bad input beyond --max-bad; 66 no input; 70 internal; 73 cannot create output; 74 \
      input/output error; 75 interrupted or not whole yet, try again; 77 permission; 78 configuration \
      differs from what the directory holds.
      """,
    version: ProgramVersion.current,
    subcommands: [
      DemoCommand.self, DoctorCommand.self, CorpusCommand.self, PreprocessCommand.self,
      TrainCommand.self, EvaluateCommand.self, CompareCommand.self, ReportCommand.self, StreamCommand.self,
      ModelCommand.self, GraphCommand.self,
    ])

  static func main() async {
    StandardDescriptors.holdClosed()
    // The runtime reads them from /proc; without them every command would print the help and succeed.
    guard !CommandLine.arguments.isEmpty else {
      Console.error("error: the arguments cannot be read from /proc/self/cmdline\n")
      Glibc.exit(ExitStatus.inputOutput.rawValue)
    }
    do {
      let arguments = Array(CommandLine.arguments.dropFirst())
      var command = try CommandLineParser.parse(arguments)
      MathLibrary.load(for: command)
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      end(with: error)
    }
  }

  /// Ends the program: help goes to standard output, errors to standard error.
  private static func end(with error: any Error) -> Never {
    Interruption.ignoreWriteSignals()
    if let failure = error as? Failure {
      Console.error(FailureText.text(of: failure, style: .ofMessages))
      Glibc.exit(ExitStatus(failure.kind).rawValue)
    }
    let code = exitCode(for: error)
    let text = fullMessage(for: error)
    if code.isSuccess, !text.isEmpty {
      do { try Console.out(text + "\n") } catch { Glibc.exit(ExitStatus.inputOutput.rawValue) }
    } else if !text.isEmpty {
      let message = ParserMessage(text)
      Console.error(
        FailureText.text(of: message.failure, style: .ofMessages, notes: message.notes))
    }
    Glibc.exit(code.rawValue)
  }

  /// The parser's label of errors; none, since messages are printed as all others.
  static var _errorPrefix: String { "" }
}
