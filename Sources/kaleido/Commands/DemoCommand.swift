import Archives
import ArgumentParser
import Foundation
import Stages
import Synthesis
import Workflows

/// `kaleido demo`.
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "Run the whole story on the built-in corpus, in a few minutes.",
    usage: "kaleido demo [<options>]",
    discussion: """
      Examples:
        kaleido demo
        kaleido demo --corpus tiny --out demo

      Checks the corpus, preprocesses it in every format, trains a small phone classifier on the mel \
      filter bank and on the front end that learns most, compares the two and leaves a page to look at. \
      With --corpus tiny, small or big on a corpus that is synthesized first: see kaleido corpus make.
      """)

  /// The corpus of the demo.
  enum CorpusChoice: String, ExpressibleByArgument, CaseIterable {
    case builtIn = "built-in"
    case tiny
    case small
    case big
  }

  @OptionGroup(title: "Everyday options") var everyday: Everyday
  @OptionGroup(title: "Messages") var output: OutputOptions

  struct Everyday: ParsableArguments {
    @Option(help: ArgumentHelp("The corpus.", valueName: "name"))
    var corpus = CorpusChoice.builtIn

    @Option(help: ArgumentHelp("Where all of the demo goes.", valueName: "dir"), completion: .directory)
    var out = "kaleido-demo"

    @OptionGroup var data: DataOption
  }

  func run() async throws {
    try await CommandRunner.run(Self.self, output) {
      let demo = Demo(
        outputFolder: everyday.out, preset: CorpusPreset(rawValue: everyday.corpus.rawValue),
        dataFolder: everyday.data.folder,
        jobs: max(1, ProcessInfo.processInfo.activeProcessorCount))
      let style = output.tableStyle
      if let making = try demo.making() {
        try print(style.bold("1. The corpus") + ": synthetic speech in TIMIT format, labeled by phone\n")
        let progress = WorkProgress()
        let made = try await ProgressDisplay(output, verb: "make", unit: "speakers").show(progress) {
          try await making.run(progress: progress)
        }
        try print(CorpusMakeText.table(made) + "\n")
      } else {
        try print(
          style.bold("1. The corpus") + ": 20 synthetic utterances in TIMIT format, labeled by phone\n")
      }
      let check = try await demo.checking().run()
      try print(CorpusText.check(check, style: style, isVerbose: false) + "\n")

      try print(style.bold("2. Features") + ": 40 log mel bins every 10 ms, frame labels beside them\n")
      var reports: [PreprocessReport] = []
      for format in ArchiveFormat.allCases {
        let plan = try demo.preprocessing(format)
        reports.append(try await plan.run())
        if reports.count == 1 {
          try print(PreprocessText.meters(reports[0].meters).joined(separator: "\n") + "\n\n")
          if let example = try demo.example(plan) { try print(picture(example, style)) }
        }
      }
      try print(style.bold("3. What is there now") + ", and how to read it\n")
      for report in reports { try print(reading(report)) }

      try print(
        "\n" + style.bold("4. Two front ends compared")
          + ": a phone classifier on log mel bins and on butterfly matrices that learn, 3 seeds each\n"
          + "(half a minute of speech to learn from leaves most phones wrong)\n")
      let options = try demo.comparing()
      let comparison = try await ComparisonRun.make(options, tensorboard: false, output)
      if output.json { return try printJSON(reports, comparison) }
      try print(CompareText.report(comparison, directory: options.outputDirectory, style: style))
      try print(
        """

        Next, on a corpus of your own:
          kaleido corpus check CORPUS
          kaleido preprocess CORPUS --out DIR --front-end mel:mel-bins=80 --format kaldi
          kaleido train CORPUS --front-end kaleidoscope-time --out RUN
          kaleido compare mel kaleidoscope-time --corpus CORPUS --seeds 5 --epochs 10 --out DIR

        """)
      return .whole
    }
  }

  private func print(_ text: String) throws {
    guard !output.json, !output.quiet else { return }
    try Console.out(text)
  }

  private func printJSON(_ reports: [PreprocessReport], _ comparison: ComparisonReport) throws -> ExitStatus {
    let texts = (reports.map(\.json) + [comparison.json]).map { $0.trimmingCharacters(in: .newlines) }
    try Console.out("[\n" + texts.joined(separator: ",\n") + "\n]\n")
    return .whole
  }

  private func picture(_ example: Demo.Example, _ style: Style) -> String {
    let lines = example.picture.lines.map { "   \($0)" } + ["   \(style.dim(example.picture.phones))"]
    return "   \(example.key): \(example.sentence)\n" + lines.joined(separator: "\n") + "\n\n"
  }

  private func reading(_ report: PreprocessReport) -> String {
    let size = Quantity.bytes(Int(clamping: report.bytes))
    return "  \(report.directory): \(report.frames, "frame") of \(report.channels), \(size)\n"
      + PreprocessText.examples(report.format, report.directory).map { "    \($0)\n" }.joined()
  }
}
