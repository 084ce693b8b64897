import ArgumentParser
import Corpus
import Workflows

/// `kaleido corpus inspect FILE...`.
struct CorpusInspectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Show format, duration, level, clipping and labels of audio files.",
    usage: "kaleido corpus inspect <file>... [<options>]",
    discussion: """
      Examples:
        kaleido corpus inspect SX1.WAV
        kaleido corpus inspect corpus/TEST/DR1/FAKS0/SX43.WAV --json

      Reads audio of every format and sample rate, and the labels beside each file. Ends with 65 if one is \
      bad.
      """)

  @Argument(help: "Audio files.", completion: .file()) var file: [String]

  @OptionGroup(title: "Everyday options") var everyday: Everyday
  @OptionGroup(title: "Messages") var output: OutputOptions

  struct Everyday: ParsableArguments {
    @OptionGroup var settings: SettingOptions<InspectSection>
    @OptionGroup var data: DataOption
  }

  func run() async throws {
    try await CommandRunner.run(Self.self, output) {
      try output.print(InspectionReport(inspections: try FileInspection.run(file, options())))
    }
  }

  func options() throws(Failure) -> FileInspectionOptions {
    var options = FileInspectionOptions()
    options.dataFolder = everyday.data.folder
    var layers = try SettingLayers(everyday.settings.values)
    try layers.apply(FileInspectionOptions.settings, to: &options)
    return options
  }
}
