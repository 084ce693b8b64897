import Corpus
import FrontEnds
import Recognition
import Workflows

/// What `train` tells a person.
enum TrainText {
  /// Findings shown one by one before the rest is counted.
  static let findingsShown = 20

  /// Names on standard error what was left out; never silent about a reject.
  static func tellFindings(_ report: TrainReport, _ output: OutputOptions) {
    tell(report.rejects, as: output.messageStyle.red("rejected:"), output)
    guard !output.quiet else { return }
    tell(report.unlabelled, as: output.messageStyle.yellow("left out:"), output)
  }

  /// Names findings, all of them where much is to be told.
  static func tell(_ findings: [Finding], as mark: String, _ output: OutputOptions) {
    let most = output.verbose ? Int.max : findingsShown
    for finding in findings.prefix(most) { Console.error("\(mark) \(FindingText.line(finding))\n") }
    if findings.count > most {
      Console.error("\(mark) \(findings.count - most) more; --verbose and --json name them all\n")
    }
  }

  static func report(_ report: TrainReport, style: Style, isVerbose: Bool) -> String {
    var lines = [report.summary, report.classifierSummary]
    var left = ""
    if report.calibrationLeftOut > 0 { left += ", \(report.calibrationLeftOut) of SA1 and SA2 left out" }
    if !report.unlabelled.isEmpty { left += ", \(report.unlabelled.count) without labels" }
    if !report.rejects.isEmpty { left += ", \(report.rejects.count) rejected" }
    lines.append(
      "\(report.parameters) parameters; \(report.trainUtterances) utterances of \(report.trainFrames) labelled frames to train on, \(report.devUtterances) of dev speakers\(left)"
    )
    if isVerbose { lines += epochs(report.history) }
    if report.epochsDone > 0, report.wallSeconds > 0 {
      lines.append(
        "\(report.epochsDone) epochs in \(Quantity.fixed(report.wallSeconds, 1)) s, \(Quantity.fixed(Double(report.framesTrained) / report.wallSeconds, 0)) frames a second"
      )
    }
    if let best = report.history.best {
      lines.append(
        style.bold(
          "best epoch \(best.epoch) of \(report.history.epochs.count): dev frame error \(Quantity.fixed(best.devErrorRate * 100, 2)) %"
        ))
      for part in best.movement {
        lines.append("  \(part.part) moved by \(Quantity.fixed(part.relativeDistance * 100, 2)) %")
      }
    }
    let rate = Double(report.devPhoneErrors) / Double(max(1, report.devReferencePhones))
    lines.append(
      "dev phone error \(Quantity.fixed(rate * 100, 2)) % (39 phones, strict), the best of \(report.decodingTrials) trials: \(DecodingText.line(report.decoding))"
    )
    lines.append("  kaleido evaluate \(report.directory) CORPUS")
    return lines.joined(separator: "\n") + "\n"
  }

  static func estimate(_ estimate: TrainEstimate, style: Style) -> String {
    var lines = [estimate.summary, estimate.classifierSummary]
    lines.append(
      "\(estimate.parameters) parameters; \(estimate.trainUtterances) utterances of \(estimate.trainFrames) labelled frames to train on, \(estimate.devUtterances) of dev speakers"
    )
    lines.append(
      "\(estimate.steps) steps, about \(Quantity.clock(estimate.computeSeconds)) of computing, features and dev speakers not counted"
    )
    var space =
      "about \(Quantity.bytes(estimate.outputBytes)) of output, \(Quantity.bytes(estimate.memoryBytes)) of memory for segments"
    if let free = estimate.freeBytes { space += ", \(Quantity.bytes(free)) free on the disk" }
    lines.append(space)
    if let free = estimate.freeBytes, free < estimate.outputBytes {
      lines.append(style.red("the output does not fit"))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func epochs(_ history: TrainingHistory) -> [String] {
    Table.lines(
      ["epoch", "steps", "loss", "train accuracy %", "dev frame error %", "rate"],
      history.epochs.map { epoch in
        [
          "\(epoch.epoch)", "\(epoch.steps)", Quantity.fixed(epoch.loss, 4),
          Quantity.fixed(epoch.accuracy * 100, 2), Quantity.fixed(epoch.devErrorRate * 100, 2),
          "\(epoch.learningRate)",
        ]
      })
  }
}

/// The decoder's weights in words.
enum DecodingText {
  static func line(_ options: PhoneDecodingOptions) -> String {
    "prior weight \(options.priorWeight), bigram weight \(options.languageWeight), insertion penalty \(options.insertionPenalty), at least \(options.minimumFrames) frames a phone"
  }
}
