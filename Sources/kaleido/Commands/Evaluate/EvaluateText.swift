import Recognition
import Scoring
import Workflows

/// The results of `evaluate` as text.
enum EvaluateText {
  static func report(_ report: EvaluationReport, style: Style, isVerbose: Bool) -> String {
    let speakers = report.frames.bySpeaker.count
    var lines = [
      "\(report.frontEnd); epoch \(report.epoch), seed \(report.seed)",
      "\(report.split): \(speakers, "speaker"), \(report.utterances.count, "utterance")\(leftOut(report))",
    ]
    lines += frames(report, style)
    lines += [""] + phones(report)
    if !report.isDecodingChosen {
      lines.append(style.yellow("the decoder's weights are the usual ones: none were chosen on dev speakers"))
    }
    lines.append(DecodingText.line(report.decoding))
    if isVerbose {
      lines += [""] + bySpeaker(report) + [""] + byClass(report)
      lines += [""] + PreprocessText.meters(report.meters)
    }
    if report.wallSeconds > 0 {
      lines.append(
        "took \(Quantity.fixed(report.wallSeconds, 2)) s, "
          + "\(Quantity.fixed(report.audioSeconds / report.wallSeconds, 0)) times real time"
      )
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func leftOut(_ report: EvaluationReport) -> String {
    var text = ""
    if report.calibrationLeftOut > 0 { text += ", \(report.calibrationLeftOut) of SA1 and SA2 left out" }
    if !report.unlabeled.isEmpty { text += ", \(report.unlabeled.count) without labels" }
    if !report.rejects.isEmpty { text += ", \(report.rejects.count) rejected" }
    return text
  }

  private static func percent(_ rate: Double?) -> String {
    rate.map { Quantity.fixed($0 * 100, 2) } ?? "-"
  }

  private static func frames(_ report: EvaluationReport, _ style: Style) -> [String] {
    var rows = [report.scoredFrames]
    if report.symbols.count != report.scoredSymbols.count { rows.insert(report.frames, at: 0) }
    return Table.lines(
      ["frames", "error %", "accuracy %", "wrong", "of"],
      rows.map { scores in
        let total = scores.total
        return [
          "\(total.classCount, "class")", percent(total.errorRate), percent(total.accuracy),
          "\(total.errorCount)", "\(total.frameCount)",
        ]
      })
  }

  private static func phones(_ report: EvaluationReport) -> [String] {
    Table.lines(
      ["phones (\(report.scoredSymbols.count))", "error %", "substituted", "deleted", "inserted", "of"],
      report.phones.map { scores in
        let total = scores.total
        return [
          scores.convention.rawValue, percent(total.errorRate), "\(total.substitutions)",
          "\(total.deletions)", "\(total.insertions)", "\(total.referenceCount)",
        ]
      })
  }

  private static func bySpeaker(_ report: EvaluationReport) -> [String] {
    Table.lines(
      ["speaker", "frame error %", "frames"]
        + report.phones.map { "phone error % (\($0.convention.rawValue))" },
      report.scoredFrames.bySpeaker.sorted { $0.key < $1.key }.map { speaker, tally in
        [speaker, percent(tally.errorRate), "\(tally.frameCount)"]
          + report.phones.map { percent($0.bySpeaker[speaker]?.errorRate) }
      })
  }

  private static func byClass(_ report: EvaluationReport) -> [String] {
    Table.lines(
      ["class", "frames", "recall %", "precision %", "phones", "phone error % (strict)"],
      report.scoredSymbols.enumerated().map { label, symbol in
        let frames = report.scoredFrames.total.counts(ofClass: label)
        let phones = report.phones.first?.total.counts(ofClass: label)
        return [
          symbol, "\(frames.frames)", percent(frames.recall), percent(frames.precision),
          "\(phones?.referenceCount ?? 0)", percent(phones?.errorRate),
        ]
      })
  }
}

extension EvaluationReport: CommandReport {
  func text(_ style: Style, isVerbose: Bool) -> String {
    EvaluateText.report(self, style: style, isVerbose: isVerbose)
  }

  func jsonText() -> String { json }

  func printFindings(_ output: OutputOptions) {
    TrainText.printFindings(rejects, unlabeled: unlabeled, output)
    guard let known = knownSpeakers else { return }
    Warnings.warn(
      "\(split) has \(known.of, "speaker"), among them \(known.trained, "training speaker") and "
        + "\(known.chosenBy, "dev speaker") of the model, on whom epoch and decoder were chosen: "
        + "these scores are no test of it", output)
  }

  var exitStatus: ExitStatus { exceedsRejectLimit ? .badInput : .whole }
}
