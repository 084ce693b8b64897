import Synthesis
import Workflows

/// The results of `corpus make` as text.
enum CorpusMakeText {
  /// The fewest independent voices with which a comparison gives a verdict.
  private static let fewestVoices = 6

  /// Names on standard error what was left out; never silent about it.
  static func printLeftOut(_ report: CorpusMakingReport, _ output: OutputOptions) {
    let mark = output.messageStyle.yellow("left out:")
    for fault in Prompt.Fault.allCases where !output.quiet {
      guard let count = report.promptsLeftOut[fault] else { continue }
      Console.error("\(mark) \(count, "line") of the prompts: \(text(fault))\n")
    }
    for sentence in report.leftOut {
      Console.error("\(mark) \(sentence.speaker)_\(sentence.name), \(sentence.text): \(sentence.reason)\n")
    }
  }

  private static func text(_ fault: Prompt.Fault) -> String {
    switch fault {
    case .notUTF8: "not UTF-8"
    case .otherCharacters: "other characters than letters, blanks and ' , . ? ! ; : -"
    case .tooFewWords: "fewer than \(Prompt.minimumWords) words"
    case .tooManyWords: "more than \(Prompt.maximumWords) words"
    case .longWord: "a word of more than \(Prompt.maximumWordLetters) letters"
    case .duplicate: "a sentence that was there before"
    }
  }

  /// Who speaks how much, and what this run did.
  static func table(_ report: CorpusMakingReport) -> String { lines(report).joined(separator: "\n") + "\n" }

  private static func lines(_ report: CorpusMakingReport) -> [String] {
    var lines = Table.lines(
      ["split", "speakers", "utterances", "audio", "base voices"],
      report.counts.map { count in
        [
          count.split.rawValue, "\(count.speakers)", "\(count.utterances)",
          Quantity.clock(count.audioSeconds),
          "\(count.voices.count)",
        ]
      })
    for count in report.counts {
      lines.append("voices of \(count.split.rawValue): \(count.voices.joined(separator: ", "))")
    }
    var phones = "\(report.distinctPhones) of 61 phones"
    if !report.missingPhones.isEmpty {
      phones += "; not \(report.missingPhones.joined(separator: " "))"
    }
    lines.append(phones)
    if report.speakersDone > 0, report.wallSeconds > 0 {
      let rate = Quantity.fixed(report.audioSecondsMade / report.wallSeconds, 0)
      lines.append(
        "\(report.speakersDone, "speaker") made now, \(report.speakersKept) there already; "
          + "took \(Quantity.fixed(report.wallSeconds, 1)) s, \(rate) times real time")
    } else {
      lines.append("\(report.speakersKept, "speaker") there already, none made")
    }
    return lines
  }

  static func report(_ report: CorpusMakingReport, style: Style, isVerbose: Bool) -> String {
    var lines = lines(report)
    if isVerbose { lines += PreprocessText.meters(report.meters) }
    if let test = report.counts.last, test.voices.count < fewestVoices {
      lines.append(
        "note: \(test.voices.count, "base voice") for testing: this checks the "
          + "machinery; a verdict wants \(fewestVoices), as --engines flite,festival,espeak may give")
    }
    lines.append(style.bold("whole: \(report.manifest)"))
    lines.append("  kaleido corpus check \(report.manifest)")
    lines.append("  kaleido preprocess \(report.manifest) --out DIR")
    return lines.joined(separator: "\n") + "\n"
  }
}

extension CorpusMakingReport: CommandReport {
  func text(_ style: Style, isVerbose: Bool) -> String {
    CorpusMakeText.report(self, style: style, isVerbose: isVerbose)
  }

  func jsonText() -> String { json }

  func printFindings(_ output: OutputOptions) { CorpusMakeText.printLeftOut(self, output) }
}
