import Scoring
import Workflows

/// The results of `compare` and `report` as text.
enum CompareText {
  static func report(_ report: ComparisonReport, directory: String, style: Style) -> String {
    var lines = [
      "\(report.corpus), \(report.testSplit): "
        + "\(report.testSpeakers.count, "speaker")\(voices(report)), "
        + "\(report.testUtterances, "utterance"); \(report.baseline.seeds.count, "seed") of every contender"
    ]
    lines += leftOut(report.leftOut, style) + [""]
    lines += table(report)
    if !report.comparisons.isEmpty {
      lines.append(
        "±: deviation over seeds; difference: in points, mean over voices and seeds, not of the rates pooled")
    }
    lines.append("")
    lines += verdicts(report, style)
    if report.earlierTestUses > 0 {
      lines.append(
        style.yellow("looked at before:")
          + " \(report.earlierTestUses, "other set") of contenders or seeds on these test speakers; p is "
          + "not adjusted for that"
      )
    }
    lines.append("")
    if report.contenders.contains(where: { $0.trials.count > 1 }) { lines += trials(report) + [""] }
    lines.append(
      "\(directory)/report.html      open it in a browser, as in: xdg-open \(directory)/report.html")
    lines.append("\(directory)/comparison.json  everything as data")
    return lines.joined(separator: "\n") + "\n"
  }

  static func estimate(_ estimate: ComparisonEstimate, style: Style) -> String {
    var lines = [
      "\(estimate.trainings, "training"), \(estimate.trainingsDone) of them done; "
        + "\(estimate.testUtterances, "test utterance")",
      "about \(Quantity.clock(estimate.computeSeconds)) of computing, features, dev and test "
        + "speakers not counted",
    ]
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

  /// The utterances that no contender could use.
  private static func leftOut(_ leftOut: LeftOut, _ style: Style) -> [String] {
    var lines: [String] = []
    if leftOut.train + leftOut.dev > 0 {
      lines.append(
        style.yellow("left out:")
          + " \(leftOut.train, "utterance") to train on, \(leftOut.dev) to choose by")
    }
    let listed = FindingText.listLimit
    for utterance in leftOut.test.prefix(listed) {
      lines.append(style.red("left out of the test:") + " \(utterance.key) (\(utterance.reason))")
    }
    if leftOut.test.count > listed {
      lines.append("\(leftOut.test.count - listed) more; comparison.json names them all")
    }
    return lines
  }

  private static func voices(_ report: ComparisonReport) -> String {
    report.testVoiceCount == report.testSpeakers.count
      ? "" : " of \(report.testVoiceCount, "voice")"
  }

  static func percent(_ rate: Double) -> String { Quantity.fixed(100 * rate, 2) }

  private static func mean(_ values: [Double]) -> Double {
    values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
  }

  /// "54.03 ± 0.21", without the deviation where there is one seed.
  private static func spread(_ values: [Double]) -> String {
    guard values.count > 1 else { return percent(mean(values)) }
    let middle = mean(values)
    let squares = values.reduce(0) { $0 + ($1 - middle) * ($1 - middle) }
    return "\(percent(middle)) ± \(percent((squares / Double(values.count - 1)).squareRoot()))"
  }

  private static func table(_ report: ComparisonReport) -> [String] {
    let primary = report.comparisons.first?.comparison
    var header = ["contender", "\(short(report.measure)) %"]
    let other: ErrorMeasure = report.measure == .frames ? .phonesStrict : .frames
    header.append("\(short(other)) %")
    if primary != nil { header += ["difference", "95 % interval", "p (Holm)", "verdict"] }
    header.append("parameters")
    return Table.lines(
      header,
      report.contenders.enumerated().map { index, contender in
        var cells = [contender.name, spread(contender.rates(report.measure)), spread(contender.rates(other))]
        if let primary {
          if index == 0 {
            cells += ["", "", "", "baseline"]
          } else {
            let compared = primary.contenders[index - 1]
            cells += [
              signed(compared.difference),
              "\(signed(compared.interval.lower)) to \(signed(compared.interval.upper))",
              probability(compared.adjustedP), compared.verdict.summary,
            ]
          }
        }
        return cells + ["\(contender.parameters)"]
      })
  }

  private static func short(_ measure: ErrorMeasure) -> String {
    switch measure {
    case .phonesStrict: "PER strict"
    case .phonesForgiving: "PER forgiving"
    case .phonesMerged: "PER merged"
    case .frames: "FER"
    }
  }

  private static func signed(_ rate: Double) -> String {
    let text = percent(abs(rate))
    return rate < 0 ? "-\(text)" : "+\(text)"
  }

  private static func probability(_ p: Double) -> String { p < 0.0001 ? "< 0.0001" : Quantity.fixed(p, 4) }

  /// A sentence for each contender.
  private static func verdicts(_ report: ComparisonReport, _ style: Style) -> [String] {
    guard let primary = report.comparisons.first?.comparison else { return [] }
    return primary.contenders.map { comparison in
      let facts =
        "\(report.measure.title) \(signed(comparison.difference)) points "
        + "(\(signed(comparison.interval.lower)) to \(signed(comparison.interval.upper))), p "
        + "\(comparison.adjustedP < 0.0001 ? "" : "= ")\(probability(comparison.adjustedP)) over "
        + "\(comparison.voiceCount, "voice")"
      let verdict = "\(comparison.contender) against \(comparison.baseline): \(comparison.verdict.summary)"
      return "\(style.bold(verdict)); \(facts)"
    }
  }

  private static func trials(_ report: ComparisonReport) -> [String] {
    let trials = report.contenders.flatMap(\.trials)
    let diverged = trials.count { $0.divergence != nil }
    let count = diverged > 0 ? ["\(diverged) of \(trials.count, "trial") diverged"] : []
    return Table.lines(
      ["tried on \(report.devSplit)", "setting", "dev FER %", "dev PER %", "chosen"],
      report.contenders.flatMap { contender in
        contender.trials.map { trial in
          [
            contender.name, trial.settings.map { "\($0.name)=\($0.value)" }.joined(separator: ","),
            trial.devFrameErrorRate.map(percent) ?? "–", trial.devPhoneErrorRate.map(percent) ?? "–",
            trial.divergence ?? (trial.isChosen ? "yes" : ""),
          ]
        }
      }) + count
  }
}
