import Scoring
import Workflows

/// The data of the significance section.
struct SignificanceView {
  var method: String
  var primaryTable: TableView
  var more: MoreView?
}

/// The significance tests behind the verdicts.
struct SignificanceSection {
  let contenders: ReportedContenders

  /// The section, or nil without a comparison.
  var view: SignificanceView? {
    let tables = tables
    guard let primary = tables.first else { return nil }
    let others = tables.dropFirst() + [seedTable].compactMap(\.self)
    return SignificanceView(
      method: method, primaryTable: primary,
      more: others.isEmpty
        ? nil : MoreView(summary: "Other measures, and secondary tests by seed", moreTables: Array(others)))
  }

  /// The description of the primary test.
  private var method: String {
    guard let first = contenders.report.comparisons.first else { return "" }
    let options = first.comparison.options
    let family = first.comparison.contenders.count
    return "Primary test, on \(first.measure.title): for each voice the difference of error rates from "
      + "\(first.comparison.baseline) is averaged over "
      + "\(NumberText.plural(contenders.report.seeds.count, "seed")); then the signs of the voices are "
      + "flipped, in all patterns for up to \(options.exactSignFlipSpeakers) voices and in "
      + "\(NumberText.count(options.signFlipDraws)) random ones for more. The interval is from "
      + "\(NumberText.count(options.bootstrapDraws)) bootstrap draws of voices and, independently, of seeds. "
      + "Holm's adjustment covers \(NumberText.plural(family, "contender")). A contender is better or worse "
      + "if its adjusted p is at most \(NumberText.fixed(options.significanceLevel, 2)) and its interval "
      + "excludes 0."
  }

  /// The tests of each measure, the primary one first.
  private var tables: [TableView] {
    contenders.report.comparisons.enumerated().map { index, measured in
      var table = TableView(
        caption: "Contenders against \(measured.comparison.baseline) by \(measured.measure.title)"
          + (index == 0 ? " (primary test)." : " (secondary test)."),
        head: "contender",
        columns: [
          "difference, points", "interval", "pooled difference", "interval of pooled",
          "probability of improvement",
          "voices",
          "sign patterns", "p", "p (Holm)", "verdict",
        ], text: [9])
      for comparison in measured.comparison.contenders {
        table.add(
          comparison.contender,
          [
            NumberText.points(comparison.difference), SummarySection.interval(comparison.interval),
            NumberText.points(comparison.pooledDifference),
            SummarySection.interval(comparison.pooledInterval),
            NumberText.fixed(comparison.probabilityOfImprovement, 3), NumberText.count(comparison.voiceCount),
            "\(comparison.test.isExact ? "all" : "random") \(NumberText.count(comparison.test.patternCount))",
            NumberText.probability(comparison.test.pValue), NumberText.probability(comparison.adjustedP),
            comparison.verdict.summary,
          ])
      }
      return table
    }
  }

  /// The secondary tests of each contender and seed.
  private var seedTable: TableView? {
    guard !contenders.report.seedTests.isEmpty else { return nil }
    var table = TableView(
      caption: "Secondary tests of each seed, not adjusted; no verdict depends on them.", head: "contender",
      columns: [
        "seed", "MAPSSWE segments", "Z", "p", "McNemar: only contender wrong", "only baseline wrong", "p",
        "sign: speakers better", "worse", "p", "Wilcoxon W+", "W−", "p", "pooled interval, points",
        "probability of improvement",
      ])
    for tests in contenders.report.seedTests {
      let (matched, items) = (tests.tests.matchedPairs, tests.tests.mcNemar)
      let (sign, ranks) = (tests.tests.sign, tests.tests.wilcoxon)
      table.add(
        tests.contender,
        [
          "\(tests.seed)", NumberText.count(matched.segmentCount), NumberText.signed(matched.z, 2),
          NumberText.probability(matched.pValue), NumberText.count(items.firstOnlyWrong),
          NumberText.count(items.secondOnlyWrong), NumberText.probability(items.pValue),
          NumberText.count(sign.negative), NumberText.count(sign.positive),
          NumberText.probability(sign.pValue),
          NumberText.fixed(ranks.positiveRankSum, 1), NumberText.fixed(ranks.negativeRankSum, 1),
          NumberText.probability(ranks.pValue), SummarySection.interval(tests.bootstrap.pooledInterval),
          NumberText.fixed(tests.bootstrap.probabilityOfImprovement, 3),
        ])
    }
    return table
  }
}
