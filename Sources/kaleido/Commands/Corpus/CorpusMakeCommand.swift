import ArgumentParser
import Foundation
import Stages
import Synthesis
import Workflows

/// `kaleido corpus make OUT`.
struct CorpusMakeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "make", abstract: "Synthesize a phone-labeled corpus in TIMIT format.",
    discussion: """
      Speakers are made from the voices of CMU Flite: by other pitch, rate, length of the vocal tract, rooms and noise. Test \
      voices never occur in training, and no sentence occurs in two splits but SA1 and SA2. The bytes depend on the options \
      and the libraries alone. Stopped at any time, the same command goes on from there.

      Flite has three voices for training and one for testing: such a corpus checks the machinery and no more. \
      --engines flite,festival,espeak adds those of Festival and eSpeak NG, where these programs are installed.
      """)

  @Argument(
    help: ArgumentHelp("The corpus to make: a new or empty folder, or one begun.", valueName: "out"),
    completion: .directory)
  var out: String

  @Option(
    help: ArgumentHelp(
      "tiny (4 speakers, 1 minute), small (32, about 35) or big (64, about 160). (default: small)",
      valueName: "preset"))
  var preset: String?

  @Option(
    help: ArgumentHelp(
      "Speakers of all splits: a quarter for testing, an eighth of the others for development. (default: the preset's)",
      valueName: "n"))
  var speakers: String?

  @Option(
    help: ArgumentHelp(
      "About so many minutes of audio. (default: as much for each speaker as in the preset)", valueName: "min"
    ))
  var minutes: String?

  @Option(help: ArgumentHelp("What every draw depends on. (default: 1)", valueName: "n"))
  var seed: String?

  @Option(
    help: ArgumentHelp("Engines, by commas: flite, festival, espeak. (default: flite)", valueName: "names"))
  var engines: String?

  @Flag(help: "No room, noise, hum and tilt.")
  var clean = false

  @Option(
    help: ArgumentHelp(
      "Sentences of your own, one a line, instead of the built-in grammar's; may be given several times.",
      valueName: "file"), completion: .file())
  var prompts: [String] = []

  @Option(help: ArgumentHelp("Workers of each stage that computes. (default: one a core)", valueName: "n"))
  var jobs: String?

  @Flag(help: "Give up what other options have made in the folder.")
  var force = false

  @Option(help: ArgumentHelp("The program's data.", valueName: "dir"), completion: .directory)
  var data: String?

  @OptionGroup(title: "Output") var output: OutputOptions

  /// What the workflow is asked for.
  func resolve() throws(Failure) -> CorpusMakingOptions {
    let said: [CorpusMakingSetting: String?] = [
      .preset: preset, .speakers: speakers, .minutes: minutes, .seed: seed, .engines: engines,
      .clean: clean ? "true" : nil, .jobs: jobs,
    ]
    var options = try CorpusMakingOptions(
      outputDirectory: out, said: said.compactMapValues(\.self),
      environment: ProcessInfo.processInfo.environment,
      cores: ProcessInfo.processInfo.activeProcessorCount)
    options.promptFiles = prompts
    options.dataFolder = data
    options.replacesExisting = force
    return options
  }

  func run() async throws {
    try await CommandRunner.run(output) {
      let options = try resolve()
      let progress = WorkProgress()
      let report = try await ProgressDisplay(output, verb: "make", unit: "speakers").show(progress) {
        try await CorpusMakingPlan(options).run(progress: progress)
      }
      return try output.print(report)
    }
  }
}

extension CorpusMakeCommand: GraphDrawing {
  func drawing() throws -> GraphBlueprintDrawing { try CorpusMakingPlan(resolve()).drawing() }
}
