import ArgumentParser
import Corpus
import Foundation
import Workflows

/// `kaleido corpus check CORPUS`.
struct CorpusCheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "What a corpus holds, and what is wrong with it.",
    discussion: """
      Reads every file: headers against sizes, levels, labels against the audio, split counts against what is expected. \
      Ends with 65 if an utterance would be rejected.
      """)

  @OptionGroup var corpus: CorpusArguments

  @Option(help: ArgumentHelp("The only sample rate taken (Hz); 0 takes any.", valueName: "Hz"))
  var sampleRate = 16_000

  @Option(help: ArgumentHelp("The channel to take from files of several, from 1.", valueName: "n"))
  var channel: Int?

  @Option(help: ArgumentHelp("Files read at once. (default: one a core)", valueName: "n"))
  var jobs: Int?

  @OptionGroup(title: "Output") var output: OutputOptions

  func validate() throws {
    if let jobs, !(1...256).contains(jobs) { throw ValidationError("--jobs is a number from 1 to 256.") }
    if sampleRate < 0 { throw ValidationError("--sample-rate is a number of Hz, or 0.") }
  }

  /// The workflow that the options ask for.
  var checking: CorpusChecking {
    var checking = CorpusChecking(
      corpus: corpus.corpus, root: corpus.root, dataFolder: corpus.data,
      jobs: jobs ?? max(1, ProcessInfo.processInfo.activeProcessorCount))
    checking.sampleRateHertz = sampleRate == 0 ? nil : sampleRate
    checking.channel = channel
    return checking
  }

  func run() async throws {
    try await Conduct.run(output) {
      let progress = WorkProgress()
      let checking = checking
      let check = try await ProgressDisplay(output, verb: "check").show(progress) {
        try await checking.run(progress: progress)
      }
      if output.json {
        try Console.out(try JSONText.of(check))
      } else {
        try Console.out(CorpusText.check(check, style: output.tableStyle, isVerbose: output.verbose))
      }
      return check.rejections == 0 ? .whole : .badInput
    }
  }
}
