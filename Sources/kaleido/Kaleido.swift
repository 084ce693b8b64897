import ArgumentParser
import Workflows

@main
struct Kaleido: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kaleido",
    abstract: "Speech corpora in TIMIT format: features, checks, streams.",
    discussion: """
      Start with "kaleido demo". Exit codes: 0 whole; 64 usage; 65 bad input beyond --max-bad; 66 no input; \
      70 internal; 73 cannot create output; 74 input/output error; 75 interrupted, try again; 77 permission; \
      78 configuration differs from what the directory holds.
      """,
    version: ProgramVersion.current,
    subcommands: [
      DemoCommand.self, DoctorCommand.self, CorpusCommand.self, PreprocessCommand.self, StreamCommand.self,
      GraphCommand.self,
    ])

  static func main() async {
    await main(spellingOut(Array(CommandLine.arguments.dropFirst())))
  }

  /// Asks for the help of the command that runs where only its family is named: there the options are.
  private static func spellingOut(_ arguments: [String]) -> [String] {
    switch arguments {
    case ["preprocess", "--help"], ["preprocess", "-h"], ["help", "preprocess"], ["preprocess"]:
      ["preprocess", "run", "--help"]
    default: arguments
    }
  }
}
