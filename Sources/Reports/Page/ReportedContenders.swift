import Scoring
import Workflows

/// The contenders of a report, with names and numbers that several sections need.
struct ReportedContenders {
  let report: ComparisonReport
  /// Nil for a report of single runs.
  let baseline: ContenderResult?
  /// The primary test of each contender, by name.
  let primary: [String: ContenderComparison]
  private let isNumbered: Bool
  /// The index of the contender that is shown expanded.
  let openIndex: Int

  init(_ report: ComparisonReport) {
    self.report = report
    baseline = report.comparisons.isEmpty ? nil : report.contenders.first
    let names = report.contenders.map { $0.name.shortened(to: CategoryChart.labelLimit) }
    isNumbered = Set(names).count < names.count
    var primary: [String: ContenderComparison] = [:]
    for comparison in report.comparisons.first?.comparison.contenders ?? [] {
      primary[comparison.contender] = comparison
    }
    self.primary = primary
    // The most significant difference, then the largest.
    var best = 0
    var bestKey = (p: Double.infinity, size: 0.0)
    for (index, contender) in report.contenders.enumerated() {
      guard let test = primary[contender.name] else { continue }
      let key = (p: test.adjustedP, size: -test.difference.magnitude)
      if key < bestKey { (best, bestKey) = (index, key) }
    }
    openIndex = best
  }

  /// The name of a contender, with its number if shortened names would be ambiguous.
  func label(_ index: Int) -> String {
    isNumbered ? "\(index + 1) \(report.contenders[index].name)" : report.contenders[index].name
  }

  /// Whether a contender is compared with the baseline.
  func isCompared(_ index: Int) -> Bool { baseline != nil && index > 0 }

  /// The style class of a contender's marks; those of the baseline have another shape and color.
  func style(_ index: Int) -> String { baseline != nil && index == 0 ? "base" : "contender" }

  /// The error rates of a contender, `[speakers][seeds]`, in order of the test speakers.
  func speakerRates(_ contender: ContenderResult, _ measure: ErrorMeasure) -> [[Double]] {
    let bySeed = contender.seeds.map { seed in
      Dictionary(
        seed.errorCounts(measure).map { ($0.speaker, $0.count) }, uniquingKeysWith: { first, _ in first })
    }
    return report.testSpeakers.map { speaker in
      bySeed.compactMap { counts in
        guard let count = counts[speaker.name], count.total > 0 else { return nil }
        return count.rate
      }
    }
  }

  /// The confidence level of intervals in percent.
  var confidence: String {
    NumberText.fixed(100 * (report.comparisons.first?.comparison.options.confidenceLevel ?? 0.95), 0)
  }

  /// The key of the marks of baseline and contender.
  var keys: [FigureView.Key] {
    guard let baseline else { return [] }
    return [
      .init(style: "base", text: "baseline \(baseline.name)"), .init(style: "contender", text: "contender"),
    ]
  }
}

extension ErrorMeasure {
  /// The short title for table headings.
  var shortTitle: String {
    switch self {
    case .phonesStrict: "PER strict"
    case .phonesForgiving: "PER forgiving"
    case .phonesMerged: "PER merged"
    case .frames: "FER"
    }
  }
}
