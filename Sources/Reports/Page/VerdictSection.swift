import Scoring
import Workflows

/// The verdict on each comparison, as a sentence.
struct VerdictSection {
  let contenders: ReportedContenders

  var views: [VerdictView] {
    guard let first = contenders.report.comparisons.first else { return [] }
    return first.comparison.contenders.map { comparison in
      VerdictView(
        style: comparison.verdict.rawValue, verdict: comparison.verdict.summary,
        sentence: sentence(comparison, measure: first.measure, options: first.comparison.options))
    }
  }

  /// The counts of verdicts and the number of earlier comparisons; nil if there is neither.
  var counts: String? {
    let looks = contenders.report.earlierTestUses
    let earlier =
      looks > 0
      ? "Earlier, \(NumberText.plural(looks, "other set")) of contenders or seeds "
        + "\(looks == 1 ? "was" : "were") compared on the same test speakers; p is not adjusted for that."
      : nil
    let sentences = [countsOfContenders, earlier].compactMap(\.self)
    return sentences.isEmpty ? nil : sentences.joined(separator: " ")
  }

  private var countsOfContenders: String? {
    guard let tests = contenders.report.comparisons.first?.comparison.contenders, tests.count > 3 else {
      return nil
    }
    let counts = Verdict.allCases.map { verdict in (verdict, tests.count { $0.verdict == verdict }) }
    return "Of \(NumberText.plural(tests.count, "contender")): "
      + counts.filter { $0.1 > 0 }.map { "\($0.1) \($0.0.summary)" }.joined(separator: ", ") + "."
  }

  private func sentence(
    _ comparison: ContenderComparison, measure: ErrorMeasure, options: SignificanceOptions
  ) -> String {
    let interval =
      "\(contenders.confidence)\(NumberText.narrowSpace)% interval "
      + "\(NumberText.points(comparison.interval.lower)) to "
      + "\(NumberText.points(comparison.interval.upper)) points"
    let p = Self.probability(comparison.adjustedP)
    let voices = NumberText.plural(comparison.voiceCount, "independent voice")
    let seeds = NumberText.plural(contenders.report.seeds.count, "seed")
    let evidence = "(\(interval), \(p) after Holm, \(voices), \(seeds))"
    let size = NumberText.fixed(100 * comparison.difference.magnitude, 2)
    switch comparison.verdict {
    case .better:
      return
        "\(comparison.contender) makes fewer errors than \(comparison.baseline): its \(measure.title) is "
        + "\(size) points lower \(evidence)."
    case .worse:
      return
        "\(comparison.contender) makes more errors than \(comparison.baseline): its \(measure.title) is "
        + "\(size) points higher \(evidence)."
    case .noDifferenceShown:
      return
        "No difference between \(comparison.contender) and \(comparison.baseline) is shown: the "
        + "\(measure.title) differs by \(NumberText.points(comparison.difference)) points \(evidence)."
    case .tooFewSpeakers:
      return
        "\(comparison.contender) against \(comparison.baseline): the test has \(voices), and a verdict needs "
        + "at least \(options.minimumVoices). The \(measure.title) differs by "
        + "\(NumberText.points(comparison.difference)) "
        + "points (\(interval), \(p), \(seeds)), which says nothing about other speakers."
    }
  }

  /// "p = 0.031".
  static func probability(_ p: Double) -> String { "p\u{A0}=\u{A0}\(NumberText.probability(p))" }
}
