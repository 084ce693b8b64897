import Corpus
import FrontEnds
import Recognition
import TrainedModels
import Workflows

/// The results of `train` as text.
enum TrainText {
  /// Names on standard error what was left out; never silent about a reject.
  static func printFindings(_ rejects: [Finding], unlabeled: [Finding], _ output: OutputOptions) {
    let (style, rest) = (output.messageStyle, "--verbose and --json name them all")
    FindingText.print(rejects, mark: style.red("rejected:"), rest: rest, output)
    guard !output.quiet else { return }
    FindingText.print(unlabeled, mark: style.yellow("left out:"), rest: rest, output)
  }

  static func report(_ report: TrainReport, style: Style, isVerbose: Bool) -> String {
    let summary = report.summary
    var lines = [summary.frontEnd, summary.classifier]
    var left = ""
    if summary.calibrationLeftOut > 0 { left += ", \(summary.calibrationLeftOut) of SA1 and SA2 left out" }
    if !report.unlabeled.isEmpty { left += ", \(report.unlabeled.count) without labels" }
    if !report.rejects.isEmpty { left += ", \(report.rejects.count) rejected" }
    lines.append(
      "\(summary.parameters, "parameter"); \(summary.trainUtterances, "utterance") of "
        + "\(summary.trainFrames) labeled frames to train on, \(summary.devUtterances) of dev speakers\(left)"
    )
    if let heldOut = report.devSpeakers.heldOut { lines.append("dev: \(heldOut.text)") }
    if isVerbose { lines += epochs(report.history) }
    if report.epochsDone > 0, report.wallSeconds > 0 {
      lines.append(
        "\(report.epochsDone, "epoch") in \(Quantity.fixed(report.wallSeconds, 1)) s, "
          + "\(Quantity.fixed(Double(report.framesTrained) / report.wallSeconds, 0)) frames a second"
      )
    }
    if let best = report.history.best {
      lines.append(
        style.bold(
          "best epoch \(best.epoch) of \(report.history.epochs.count): dev frame error "
            + "\(Quantity.fixed(best.devErrorRate * 100, 2)) %"
        ))
      for part in best.movement {
        lines.append("  \(part.part) moved by \(Quantity.fixed(part.relativeDistance * 100, 2)) %")
      }
    }
    lines.append(
      "dev phone error \(Quantity.fixed(summary.devPhoneErrorRate * 100, 2)) % "
        + "(\(report.scoredClassCount) phones, strict), the best of "
        + "\(summary.decodingTrials, "trial"): \(DecodingText.line(summary.decoding))"
    )
    lines.append("  kaleido evaluate \(report.directory) CORPUS")
    return lines.joined(separator: "\n") + "\n"
  }

  static func estimate(_ estimate: TrainEstimate, style: Style) -> String {
    var lines = [estimate.summary, estimate.classifierSummary]
    lines.append(
      "\(estimate.parameters, "parameter"); \(estimate.trainUtterances, "utterance") of "
        + "\(estimate.trainFrames) labeled frames to train on, \(estimate.devUtterances) of dev speakers"
    )
    lines.append(
      "\(estimate.steps, "step"), about \(Quantity.clock(estimate.computeSeconds)) of computing, "
        + "features and dev speakers not counted"
    )
    var space =
      "about \(Quantity.bytes(estimate.outputBytes)) of output, "
      + "\(Quantity.bytes(estimate.memoryBytes)) of memory for segments"
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

/// The decoder's weights as text.
enum DecodingText {
  static func line(_ options: PhoneDecodingOptions) -> String {
    "prior weight \(options.priorWeight), bigram weight \(options.languageWeight), insertion "
      + "penalty \(options.insertionPenalty), at least \(options.minimumFrames, "frame") a phone"
  }
}

extension TrainReport: CommandReport {
  func text(_ style: Style, isVerbose: Bool) -> String {
    TrainText.report(self, style: style, isVerbose: isVerbose)
  }

  func jsonText() -> String { json }

  func printFindings(_ output: OutputOptions) {
    TrainText.printFindings(rejects, unlabeled: unlabeled, output)
    if !output.quiet {
      FindingText.print(
        unknownPhones, mark: output.messageStyle.yellow("warning:"), rest: "--json names them all", output)
    }
    if devSpeakers.areTrainedOn {
      Warnings.warn(
        "the dev split is the training split: epoch and decoder are chosen on speakers that are trained on",
        output)
    } else if devSpeakers.areFew {
      Warnings.warn(
        "epoch and decoder are chosen on \(devSpeakers.count, "dev speaker") alone; take four or more", output
      )
    }
  }
}

extension TrainEstimate: CommandReport {
  func text(_ style: Style, isVerbose: Bool) -> String { TrainText.estimate(self, style: style) }

  func jsonText() -> String { json }
}
