import Scoring
import Workflows

/// The verdict on each row, as a sentence.
struct VerdictSection {
  let rows: ReportedRows

  var views: [VerdictView] {
    guard let first = rows.report.comparisons.first else { return [] }
    return first.comparison.contenders.map { row in
      VerdictView(
        style: row.verdict.rawValue, verdict: row.verdict.words,
        sentence: sentence(row, measure: first.measure, options: first.comparison.options))
    }
  }

  /// The counts of verdicts and the number of earlier comparisons; nil if there is nothing to say.
  var counts: String? {
    let looks = rows.report.earlierTestUses
    let earlier =
      looks > 0
      ? "Earlier, \(NumberText.plural(looks, "other set")) of rows or seeds \(looks == 1 ? "was" : "were") "
        + "compared on the same test speakers; p is not adjusted for that."
      : nil
    let sentences = [countsOfRows, earlier].compactMap(\.self)
    return sentences.isEmpty ? nil : sentences.joined(separator: " ")
  }

  private var countsOfRows: String? {
    guard let tests = rows.report.comparisons.first?.comparison.contenders, tests.count > 3 else {
      return nil
    }
    let counts = Verdict.allCases.map { verdict in (verdict, tests.count { $0.verdict == verdict }) }
    return "Of \(NumberText.plural(tests.count, "row")): "
      + counts.filter { $0.1 > 0 }.map { "\($0.1) \($0.0.words)" }.joined(separator: ", ") + "."
  }

  private func sentence(
    _ row: ContenderComparison, measure: ErrorMeasure, options: SignificanceOptions
  ) -> String {
    let interval =
      "\(rows.confidence)\(NumberText.narrowSpace)% interval \(NumberText.points(row.interval.lower)) to "
      + "\(NumberText.points(row.interval.upper)) points"
    let p = Self.probability(row.adjustedP)
    let voices = NumberText.plural(row.voiceCount, "independent voice")
    let seeds = NumberText.plural(rows.report.seeds.count, "seed")
    let evidence = "(\(interval), \(p) after Holm, \(voices), \(seeds))"
    let size = NumberText.fixed(100 * row.difference.magnitude, 2)
    switch row.verdict {
    case .better:
      return
        "\(row.contender) makes fewer errors than \(row.baseline): its \(measure.title) is \(size) points "
        + "lower \(evidence)."
    case .worse:
      return
        "\(row.contender) makes more errors than \(row.baseline): its \(measure.title) is \(size) points "
        + "higher \(evidence)."
    case .noDifferenceShown:
      return
        "No difference between \(row.contender) and \(row.baseline) is shown: the \(measure.title) "
        + "differs by \(NumberText.points(row.difference)) points \(evidence)."
    case .tooFewSpeakers:
      return "\(row.contender) against \(row.baseline): the test has \(voices), and a verdict needs at least "
        + "\(options.minimumVoices). The \(measure.title) differs by \(NumberText.points(row.difference)) "
        + "points (\(interval), \(p), \(seeds)), which says nothing about other speakers."
    }
  }

  /// "p = 0.031".
  static func probability(_ p: Double) -> String { "p\u{A0}=\u{A0}\(NumberText.probability(p))" }
}
