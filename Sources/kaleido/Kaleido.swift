import ArgumentParser
import Glibc
import Workflows

@main
struct Kaleido: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kaleido",
    abstract: "Speech corpora in TIMIT format: features, phone classifiers, comparisons of front ends.",
    discussion: """
      Start with "kaleido demo". Exit codes: 0 whole; 1 a row is worse (compare --fail-if-worse); 64 usage; 65 bad input beyond --max-bad; 66 no input; \
      70 internal; 73 cannot create output; 74 input/output error; 75 interrupted or not whole yet, try again; \
      77 permission; 78 configuration differs from what the directory holds.
      """,
    version: ProgramVersion.current,
    subcommands: [
      DemoCommand.self, DoctorCommand.self, CorpusCommand.self, PreprocessCommand.self,
      TrainCommand.self, EvaluateCommand.self, CompareCommand.self, ReportCommand.self, StreamCommand.self,
      ModelCommand.self, GraphCommand.self,
    ])

  static func main() async {
    StandardDescriptors.holdClosed()
    do {
      var command = try parseAsRoot(CommandLineSpelling.spelledOut(Array(CommandLine.arguments.dropFirst())))
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      end(with: error)
    }
  }

  /// Ends the program: help goes to standard output, what is wrong to standard error.
  private static func end(with error: any Error) -> Never {
    Interruption.ignoreWriteSignals()
    let code = exitCode(for: error)
    let text = CommandLineSpelling.asWritten(fullMessage(for: error))
    if !text.isEmpty {
      if code.isSuccess {
        do { try Console.out(text + "\n") } catch { Glibc.exit(ExitStatus.inputOutput.rawValue) }
      } else {
        Console.error(text + "\n")
      }
    }
    Glibc.exit(code.rawValue)
  }
}
