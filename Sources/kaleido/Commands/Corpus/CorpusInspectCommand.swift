import ArgumentParser
import Corpus
import Workflows

/// `kaleido corpus inspect FILE...`.
struct CorpusInspectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Format, duration, level, clipping and labels of audio files.",
    discussion: """
      Examples:
        kaleido corpus inspect SX1.WAV
        kaleido corpus inspect corpus/TEST/DR1/FAKS0/SX43.WAV --json

      Reads SPHERE and RIFF of any sample rate, and the labels beside each file. Ends with 65 if one is bad.
      """)

  @Argument(help: "Audio files.", completion: .file()) var file: [String]

  @Option(help: ArgumentHelp("The channel to take from files of several, from 1.", valueName: "n"))
  var channel: Int?

  @Option(help: ArgumentHelp("The program's data.", valueName: "dir"), completion: .directory)
  var data: String?

  @OptionGroup(title: "Messages") var output: OutputOptions

  func run() async throws {
    try await CommandRunner.run(Self.self, output) {
      let inspections = try FileInspection.run(file, dataFolder: data, channel: channel)
      return try output.print(InspectionReport(inspections: inspections))
    }
  }
}
