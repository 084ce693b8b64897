import Scoring
import Workflows

/// A comparison that is done, and the directory with its files.
struct ComparisonResult: CommandReport {
  let report: ComparisonReport
  let directory: String
  /// The points of error by which a row may be worse than the baseline; nil for any.
  var allowedDifference: Double?

  func text(_ style: Style, isVerbose: Bool) -> String {
    CompareText.report(report, directory: directory, style: style)
  }

  func jsonText() -> String { report.json }

  var exitStatus: ExitStatus { worseRows.isEmpty ? .whole : .worse }

  /// Names on standard error the rows that are worse than is allowed, and those without a verdict.
  func printFindings(_ output: OutputOptions) {
    guard let allowedDifference else { return }
    for row in rows where row.verdict == .tooFewSpeakers {
      Console.error(
        "\(output.messageStyle.yellow("no verdict:")) \(row.contender): --fail-if-worse can say nothing with "
          + "\(row.voiceCount, "independent test voice")\n")
    }
    for row in worseRows {
      Console.error(
        "\(output.messageStyle.red("worse:")) \(row.contender) by "
          + "\(Quantity.fixed(100 * row.difference, 2)) points, "
          + "more than \(Quantity.fixed(allowedDifference, 2))\n")
    }
  }

  private var rows: [ContenderComparison] { report.comparisons.first?.comparison.contenders ?? [] }

  private var worseRows: [ContenderComparison] {
    guard let allowedDifference else { return [] }
    return rows.filter { $0.verdict == .worse && 100 * $0.difference > allowedDifference }
  }
}

extension ComparisonEstimate: CommandReport {
  func text(_ style: Style, isVerbose: Bool) -> String { CompareText.estimate(self, style: style) }

  func jsonText() -> String { json }
}
