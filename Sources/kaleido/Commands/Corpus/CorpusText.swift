import Corpus
import DataManifests
import Foundations
import Workflows

/// The results of `corpus inspect` and `corpus check` as text.
enum CorpusText {
  static func inspection(_ inspection: Inspection, style: Style) -> String {
    var lines = [style.bold(inspection.path)]
    if let audio = inspection.audio {
      lines.append(
        "  \(audio.container.rawValue), \(audio.coding.rawValue), \(audio.sampleRateHertz) Hz, "
          + "\(audio.channels == 1 ? "mono" : "\(audio.channels) channels"), \(audio.sampleCount, "sample"), "
          + "\(Quantity.fixed(audio.durationSeconds, 3)) s, data from byte \(audio.dataOffset)")
    }
    if let level = inspection.level {
      lines.append(
        "  level \(decibels(level.rmsDecibels)) RMS, \(decibels(level.peakDecibels)) peak, "
          + "\(level.clippedSamples) clipped, mean \(Quantity.fixed(level.meanSample, 1))")
    }
    if let labels = inspection.labels {
      lines.append(
        "  \(labels.phones, "phone"), \(labels.distinctPhones, "kind"), to sample \(labels.end)"
          + (labels.gapSamples > 0 ? ", \(labels.gapSamples, "sample") in gaps" : ""))
    }
    if let words = inspection.words { lines.append("  \(words, "word")") }
    if let sentence = inspection.sentence { lines.append("  \(sentence)") }
    lines += findings(inspection.findings, style: style).map { "  \($0)" }
    return lines.joined(separator: "\n") + "\n"
  }

  static func check(_ check: CorpusCheck, style: Style, isVerbose: Bool) -> String {
    let formats = check.labelFormats.sorted { $0.key < $1.key }.map { "\($0.key) (\($0.value))" }
    let layout = CorpusLayouts.descriptions.first { $0.name == check.layout }?.summary ?? check.layout
    var lines = [
      "taken for \(layout)" + (formats.isEmpty ? "" : "; labels: " + formats.joined(separator: ", "))
        + (check.utterancesWithLabels > 0 ? "; phones: \(Sanitized.symbol(check.phoneSet))" : ""),
      "\(check.root): \(check.whole.utterancesWithCalibration, "utterance"), "
        + "\(check.whole.speakers, "speaker"), "
        + Quantity.clock(check.whole.durationSeconds)
        + (check.description.map { ", recognized as \($0)" } ?? ""),
    ]
    if check.splits.isEmpty {
      lines.append("no splits: neither a manifest nor folders TRAIN and TEST name any")
    } else {
      let rows = check.splits.map { count in
        [
          count.split ?? "", compared(count.speakers, count.expected?.speakers),
          compared(count.utterances, count.expected?.utterances),
          compared(count.utterancesWithCalibration, count.expected?.utterancesWithCalibration),
          "\(count.rejected)",
          Quantity.clock(count.durationSeconds),
        ]
      }
      lines += Table.lines(
        ["split (by \(check.splitRule.rawValue))", "speakers", "utterances", "with SA", "rejected", "audio"],
        rows)
    }
    if let heldOut = check.heldOut { lines.append("dev: \(heldOut.text)") }
    lines.append(
      "\(check.utterancesWithLabels) with labels, \(check.phones, "phone"), \(check.words, "word"), "
        + "\(check.clippedSamples) clipped samples")
    if let quietest = check.quietestRMSDecibels, let loudest = check.loudestRMSDecibels {
      lines.append("level from \(decibels(quietest)) to \(decibels(loudest)) RMS")
    }
    let most = isVerbose ? Int.max : 40
    let shown = isVerbose ? check.findings : check.findings.mergingUnknownPhones
    lines += findings(Array(shown.prefix(most)), style: style)
    if shown.count > most {
      lines.append("\(shown.count - most) more; --verbose or --json for all")
    }
    lines.append(
      check.rejections == 0
        ? check.warnings == 0
          ? style.green("good: nothing would be rejected, nothing is odd")
          : style.yellow("nothing would be rejected, \(check.warnings, "warning")")
        : style.red("\(check.rejections) would be rejected, \(check.warnings, "warning")"))
    if check.findings.count > 1 { lines.append("  " + counts(check.findings)) }
    if let features = check.features { lines += against(features, style: style, most: most) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Lines on features that were made of the corpus.
  private static func against(_ features: CorpusCheck.Features, style: Style, most: Int) -> [String] {
    if features.isCurrent { return [style.green("\(features.directory): made of these files")] }
    var lines = features.changes.prefix(most).map { "\(style.red("changed:")) \(FindingText.line($0))" }
    lines += features.missing.prefix(most).map { "\(style.red("not made:")) \($0)" }
    lines += features.gone.prefix(most).map { "\(style.red("gone:")) \($0)" }
    return lines + [
      style.red(
        "\(features.directory): \(features.changes.count, "file") changed since, \(features.missing.count) "
          + "not made, \(features.gone.count) not in the corpus anymore")
    ]
  }

  /// The findings by code, the most frequent first.
  private static func counts(_ findings: [Finding]) -> String {
    let counts = findings.reduce(into: [String: Int]()) { $0[$1.code.rawValue, default: 0] += 1 }
    return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) \($0.key)" }
      .joined(separator: ", ")
  }

  private static func findings(_ findings: [Finding], style: Style) -> [String] {
    findings.map { finding in
      let mark = finding.severity == .reject ? style.red("rejected:") : style.yellow("warning:")
      return "\(mark) \(FindingText.line(finding))"
    }
  }

  private static func compared(_ count: Int, _ expected: Int?) -> String {
    guard let expected, expected != count else { return "\(count)" }
    return "\(count) of \(expected)"
  }

  private static func decibels(_ value: Double?) -> String {
    value.map { "\(Quantity.fixed($0, 1)) dBFS" } ?? "silence"
  }
}

extension CorpusCheck: CommandReport {
  func text(_ style: Style, isVerbose: Bool) -> String {
    CorpusText.check(self, style: style, isVerbose: isVerbose)
  }

  func jsonText() throws -> String { try JSONText.of(self) }

  var exitStatus: ExitStatus { rejections == 0 && features?.isCurrent ?? true ? .whole : .badInput }
}

/// The inspections of several files.
struct InspectionReport: CommandReport {
  let inspections: [Inspection]

  func text(_ style: Style, isVerbose: Bool) -> String {
    inspections.map { CorpusText.inspection($0, style: style) }.joined(separator: "\n")
  }

  func jsonText() throws -> String { try JSONText.of(inspections) }

  var exitStatus: ExitStatus { inspections.allSatisfy(\.isUsable) ? .whole : .badInput }
}
