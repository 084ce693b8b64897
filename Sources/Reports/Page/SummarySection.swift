import Recognition
import Scoring
import Workflows

/// All contenders at a glance: error rates by seed, differences with intervals, and tables.
struct SummarySection {
  let contenders: ReportedContenders

  private var report: ComparisonReport { contenders.report }

  var figure: FigureView {
    let measure = report.measure
    let items = report.contenders.enumerated().map { index, contender in
      let rates = contender.rates(measure).map { 100 * $0 }
      let mean = rates.mean.map { [$0] } ?? []
      return CategoryChart.Item(
        label: contenders.label(index),
        dots: [
          .init(values: rates, style: "\(contenders.style(index)) faint"),
          .init(values: mean, style: contenders.style(index)),
        ])
    }
    let rates = CategoryChart(
      items: items, axisTitle: "\(measure.title), %",
      labelWidth: Self.labelWidth(report.contenders.map(\.name)),
      itemHeight: 21)
    var pictures = [
      rates.drawing().markup(label: "\(measure.title) of each contender; see the table below for numbers")
    ]
    var caption = "First: \(measure.title); pale marks are seeds, full marks their means."
    if let differences {
      pictures.append(
        differences.drawing().markup(
          label: "Difference of each contender from the baseline with its interval; numbers are in the table")
      )
      caption +=
        " Second: difference from \(contenders.baseline?.name ?? "the baseline"), averaged over voices and "
        + "seeds, with its \(contenders.confidence)\(NumberText.narrowSpace)% interval and every seed; "
        + "left of the line is better."
    } else {
      caption = "\(measure.title); pale marks are seeds, full marks their means."
    }
    return FigureView(
      title: "Errors of all contenders.", caption: caption.capitalizedFirst, keys: contenders.keys,
      pictures: pictures)
  }

  /// The width of the longest name, limited to fit a narrow page.
  private static func labelWidth(_ names: [String]) -> Double {
    min(138, 14 + 6.6 * Double(names.map(\.count).max() ?? 0))
  }

  private var differences: CategoryChart? {
    guard let first = report.comparisons.first, !first.comparison.contenders.isEmpty else { return nil }
    let items = first.comparison.contenders.enumerated().map { index, comparison in
      CategoryChart.Item(
        label: index + 1 < report.contenders.count ? contenders.label(index + 1) : comparison.contender,
        dots: [
          .init(values: comparison.seedDifferences.map { 100 * $0 }, style: "contender faint"),
          .init(values: [100 * comparison.difference], style: "contender"),
        ], bar: (100 * comparison.interval.lower, 100 * comparison.interval.upper, "interval contender"))
    }
    return CategoryChart(
      items: items, axisTitle: "difference, points", reference: 0,
      labelWidth: Self.labelWidth(first.comparison.contenders.map(\.contender)), itemHeight: 21)
  }

  var table: TableView {
    var columns = ErrorMeasure.allCases.map { "\($0.shortTitle), %" }
    if contenders.baseline != nil { columns += ["difference, points", "interval", "p (Holm)", "verdict"] }
    columns.append("parameters")
    let text: Set<Int> = contenders.baseline == nil ? [] : [columns.count - 2]
    let seeds =
      report.seeds.count > 1 ? ", mean ± deviation over \(NumberText.plural(report.seeds.count, "seed"))" : ""
    var table = TableView(
      caption: "Error rates of all contenders on \(report.testSplit)\(seeds).", head: "contender",
      columns: columns,
      text: text)
    for (index, contender) in report.contenders.enumerated() {
      var cells = ErrorMeasure.allCases.map { NumberText.spread(contender.rates($0)) }
      if contenders.baseline != nil {
        if let test = contenders.primary[contender.name] {
          cells += [
            NumberText.points(test.difference),
            Self.interval(test.interval), NumberText.probability(test.adjustedP), test.verdict.summary,
          ]
        } else {
          cells += [NumberText.none, NumberText.none, NumberText.none, "baseline"]
        }
      }
      cells.append(NumberText.count(contender.parameters))
      table.add(contenders.label(index), cells)
    }
    return table
  }

  static func interval(_ interval: Interval) -> String {
    "\(NumberText.points(interval.lower)) to \(NumberText.points(interval.upper))"
  }

  /// The settings in which contenders differ.
  var differencesTable: TableView? {
    guard !report.differences.isEmpty else { return nil }
    let caption = "Settings in which contenders differ; a dash if one has no such setting."
    func value(_ field: SettingDifference, _ contender: Int) -> String {
      (contender < field.values.count ? field.values[contender] : nil) ?? NumberText.none
    }
    // The longer dimension runs down the page.
    guard report.differences.count < report.contenders.count else {
      var table = TableView(
        caption: caption, head: "setting", columns: report.contenders.indices.map(contenders.label),
        text: Set(report.contenders.indices))
      for field in report.differences {
        table.add(field.field, report.contenders.indices.map { value(field, $0) })
      }
      return table
    }
    var table = TableView(
      caption: caption, head: "contender", columns: report.differences.map(\.field),
      text: Set(report.differences.indices))
    for index in report.contenders.indices {
      table.add(contenders.label(index), report.differences.map { value($0, index) })
    }
    return table
  }

  /// The errors of each contender on the train, dev and test splits.
  var splitTable: TableView {
    var table = TableView(
      caption:
        "Errors by split at the chosen epoch, in percent. Those on \(report.trainSplit) are counted during "
        + "training, before each update.",
      head: "contender",
      columns: [
        "\(report.trainSplit) FER", "\(report.devSplit) FER", "\(report.testSplit) FER",
        "\(report.devSplit) PER strict", "\(report.testSplit) PER strict",
      ])
    for (index, contender) in report.contenders.enumerated() {
      let best = contender.seeds.compactMap(\.history.best)
      table.add(
        contenders.label(index),
        [
          NumberText.spread(best.map { 1 - $0.accuracy }), NumberText.spread(best.map(\.devErrorRate)),
          NumberText.spread(contender.rates(.frames)),
          NumberText.spread(contender.seeds.compactMap(\.devPhoneErrorRate)),
          NumberText.spread(contender.rates(.phonesStrict)),
        ])
    }
    return table
  }

  /// All measures for every contender and seed.
  var seedTable: TableView {
    var table = TableView(
      caption: "Every seed of every contender, rates in percent.", head: "contender",
      columns: ["seed"] + ErrorMeasure.allCases.map(\.shortTitle) + [
        "substitutions", "deletions", "insertions", "phones",
      ])
    for contender in report.contenders {
      for seed in contender.seeds {
        let total = seed.phones.first { $0.convention == .strict }?.total
        table.add(
          contender.name,
          ["\(seed.seed)"] + ErrorMeasure.allCases.map { NumberText.percent(seed.rate($0), 2) } + [
            NumberText.count(total?.substitutions), NumberText.count(total?.deletions),
            NumberText.count(total?.insertions), NumberText.count(total?.referenceCount),
          ])
      }
    }
    return table
  }
}

extension String {
  /// The string with its first letter capitalized.
  var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
