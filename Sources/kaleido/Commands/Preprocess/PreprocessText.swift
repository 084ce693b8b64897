import Archives
import Corpus
import StageGraph
import Workflows

/// The results of `preprocess` as text.
enum PreprocessText {
  /// Names on standard error what was left out and what was odd; never silent about a reject.
  static func printFindings(_ report: PreprocessReport, _ output: OutputOptions) {
    let style = output.messageStyle
    FindingText.print(
      report.rejects, mark: style.red("rejected:"),
      rest: "rejects.jsonl names them all", output)
    guard !output.quiet else { return }
    FindingText.print(
      report.changes, mark: style.yellow("changed:"), rest: "--verbose or --json for all", output)
    FindingText.print(
      report.warnings.mergingUnknownPhones, mark: style.yellow("warning:"),
      rest: "warnings.jsonl and corpus_findings.jsonl name them all", output)
  }

  static func report(_ report: PreprocessReport, style: Style, isVerbose: Bool) -> String {
    var lines = [report.summary]
    let audio = Quantity.clock(report.audioSeconds)
    lines.append(
      "\(report.utterancesStored) of \(report.utterancesTotal, "utterance"), \(audio) of audio, "
        + "\(report.frames, "frame"), "
        + "\(Quantity.bytes(Int(clamping: report.bytes))) in \(report.shardsDone + report.shardsKept) of "
        + "\(report.shardsTotal, "shard") (\(report.shardsDone) done now, \(report.shardsKept) there already)"
    )
    if !report.changes.isEmpty {
      lines.append(
        style.yellow(
          "\(report.changes.count, "file") changed since they were read: their shards were done again"))
    }
    if report.shardsDone > 0, report.wallSeconds > 0 {
      let rate = Quantity.fixed(report.audioSecondsRead / report.wallSeconds, 0)
      lines.append("took \(Quantity.fixed(report.wallSeconds, 2)) s, \(rate) times real time")
    }
    if !report.rejects.isEmpty {
      let text =
        "\(report.rejects.count) rejected" + (report.exceedsRejectLimit ? ", more than --max-bad allows" : "")
      lines.append(report.exceedsRejectLimit ? style.red(text) : style.yellow(text))
      lines.append("  once the files are repaired: the same command does what has changed")
    }
    if isVerbose { lines += meters(report.meters) }
    if report.isWhole {
      lines.append(style.bold("whole: \(report.directory)"))
      lines += reading(report)
      lines += report.notes.map { "note: \($0.text)" }
    } else {
      lines.append(
        "not whole yet: other shards are missing; when they are done, kaleido preprocess finish "
          + "\(report.directory)"
      )
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// How to read what was written, in a line or two: the normalized rows where there are any.
  private static func reading(_ report: PreprocessReport) -> [String] {
    guard report.utterancesStored > 0 else {
      return ["  there is nothing in it: every utterance was rejected"]
    }
    let isNormalized = report.indexes.contains("manifest_normalized.jsonl")
    let folder = report.directory
    var lines = examples(report.format, folder, set: isNormalized ? .normalized : .raw)
    if isNormalized {
      lines.append("  these are normalized; the raw rows are beside them, without the suffix")
    }
    if report.usesRelativePaths { lines.append("  paths in it are relative: read it from inside \(folder)") }
    return lines
  }

  /// Lines of other programs that read a directory.
  static func examples(_ format: ArchiveFormat, _ folder: String, set: ShardSet = .raw) -> [String] {
    let examples = format.readingExamples(folder, set: set)
    let width = examples.map(\.reader.count).max() ?? 0
    return examples.map {
      "  \($0.reader):" + String(repeating: " ", count: 1 + width - $0.reader.count) + $0.code
    }
  }

  static func meters(_ meters: [StageMeter]) -> [String] {
    guard !meters.isEmpty else { return [] }
    func cell(_ duration: Duration) -> String { Quantity.fixed(duration / .milliseconds(1), 1) }
    let rows = meters.map { meter in
      [
        meter.workers > 1 ? "\(meter.stage) x\(meter.workers)" : meter.stage, "\(meter.messagesIn)",
        "\(meter.messagesOut)", Quantity.bytes(meter.bytesOut), cell(meter.busy), cell(meter.waitingOnInput),
        cell(meter.waitingOnOutput),
      ]
    }
    return Table.lines(
      ["stage", "in", "out", "bytes out", "busy ms", "waiting for input ms", "waiting for output ms"], rows)
  }

  static func estimate(_ estimate: PreprocessEstimate, style: Style) -> String {
    var lines = [estimate.summary]
    lines.append(
      "\(estimate.utterances, "utterance") in \(estimate.shards, "shard") to be done, "
        + "\(estimate.shardsKept) there already, about \(Quantity.clock(estimate.audioSeconds)) of audio"
    )
    var space = "about \(Quantity.bytes(estimate.outputBytes)) of output"
    if let free = estimate.freeBytes { space += ", \(Quantity.bytes(free)) free" }
    lines.append(space)
    lines.append(
      "about \(Quantity.fixed(estimate.computeSeconds, 1)) s of computing, from "
        + "\(estimate.sampledUtterances, "utterance") tried"
    )
    if let free = estimate.freeBytes, free < estimate.outputBytes {
      lines.append(style.red("the output does not fit"))
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension PreprocessReport: CommandReport {
  func text(_ style: Style, isVerbose: Bool) -> String {
    PreprocessText.report(self, style: style, isVerbose: isVerbose)
  }

  func jsonText() -> String { json }

  func printFindings(_ output: OutputOptions) { PreprocessText.printFindings(self, output) }

  var exitStatus: ExitStatus { exceedsRejectLimit ? .badInput : .whole }
}

extension PreprocessEstimate: CommandReport {
  func text(_ style: Style, isVerbose: Bool) -> String { PreprocessText.estimate(self, style: style) }

  func jsonText() -> String { json }
}
