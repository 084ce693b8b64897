import Scoring
import Workflows

/// A comparison that is done, and the directory with its files.
struct ComparisonResult: CommandReport {
  let report: ComparisonReport
  let directory: String
  /// The points of error by which a contender may be worse than the baseline; nil for any.
  var allowedDifference: Double?

  func text(_ style: Style, isVerbose: Bool) -> String {
    CompareText.report(report, directory: directory, style: style)
  }

  func jsonText() -> String { report.json }

  var exitStatus: ExitStatus { worse.isEmpty ? .whole : .worse }

  /// Names on standard error the contenders that are worse than is allowed, and those without a verdict.
  func printFindings(_ output: OutputOptions) {
    guard let allowedDifference else { return }
    for comparison in compared where comparison.verdict == .tooFewSpeakers {
      Console.error(
        "\(output.messageStyle.yellow("no verdict:")) \(comparison.contender): --fail-if-worse can say "
          + "nothing with \(comparison.voiceCount, "independent test voice")\n")
    }
    for comparison in worse {
      Console.error(
        "\(output.messageStyle.red("worse:")) \(comparison.contender) by "
          + "\(Quantity.fixed(100 * comparison.difference, 2)) points, "
          + "more than \(Quantity.fixed(allowedDifference, 2))\n")
    }
  }

  private var compared: [ContenderComparison] { report.comparisons.first?.comparison.contenders ?? [] }

  private var worse: [ContenderComparison] {
    guard let allowedDifference else { return [] }
    return compared.filter { $0.verdict == .worse && 100 * $0.difference > allowedDifference }
  }
}

extension ComparisonEstimate: CommandReport {
  func text(_ style: Style, isVerbose: Bool) -> String { CompareText.estimate(self, style: style) }

  func jsonText() -> String { json }
}
