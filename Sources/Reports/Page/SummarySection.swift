import Recognition
import Scoring
import Workflows

/// All rows at a glance: error rates by seed, differences with intervals, and tables.
struct SummarySection {
  let rows: ReportedRows

  private var report: ComparisonReport { rows.report }

  var figure: FigureView {
    let measure = report.measure
    let items = report.contenders.enumerated().map { index, row in
      let rates = row.rates(measure).map { 100 * $0 }
      let mean = rates.mean.map { [$0] } ?? []
      return CategoryChart.Item(
        label: rows.label(index),
        dots: [
          .init(values: rates, style: "\(rows.style(index)) faint"),
          .init(values: mean, style: rows.style(index)),
        ])
    }
    let rates = CategoryChart(
      items: items, axisTitle: "\(measure.title), %",
      labelWidth: Self.labelWidth(report.contenders.map(\.name)),
      itemHeight: 21)
    var pictures = [
      rates.drawing().markup(label: "\(measure.title) of each row; see the table below for numbers")
    ]
    var caption = "First: \(measure.title); pale marks are seeds, full marks their means."
    if let differences {
      pictures.append(
        differences.drawing().markup(
          label:
            "Difference of each row from the baseline with its interval; see the table below for numbers"))
      caption +=
        " Second: difference from \(rows.baseline?.name ?? "the baseline"), averaged over voices and seeds, "
        + "with its \(rows.confidence)\(NumberText.narrowSpace)% interval and every seed; "
        + "left of the line is better."
    } else {
      caption = "\(measure.title); pale marks are seeds, full marks their means."
    }
    return FigureView(
      title: "Errors of all rows.", caption: caption.capitalizedFirst, keys: rows.keys, pictures: pictures)
  }

  /// The width of the longest name, limited to fit a narrow page.
  private static func labelWidth(_ names: [String]) -> Double {
    min(138, 14 + 6.6 * Double(names.map(\.count).max() ?? 0))
  }

  private var differences: CategoryChart? {
    guard let first = report.comparisons.first, !first.comparison.contenders.isEmpty else { return nil }
    let items = first.comparison.contenders.enumerated().map { index, row in
      CategoryChart.Item(
        label: index + 1 < report.contenders.count ? rows.label(index + 1) : row.contender,
        dots: [
          .init(values: row.seedDifferences.map { 100 * $0 }, style: "row faint"),
          .init(values: [100 * row.difference], style: "row"),
        ], bar: (100 * row.interval.lower, 100 * row.interval.upper, "interval row"))
    }
    return CategoryChart(
      items: items, axisTitle: "difference, points", reference: 0,
      labelWidth: Self.labelWidth(first.comparison.contenders.map(\.contender)), itemHeight: 21)
  }

  var table: TableView {
    var columns = ErrorMeasure.allCases.map { "\($0.shortTitle), %" }
    if rows.baseline != nil { columns += ["difference, points", "interval", "p (Holm)", "verdict"] }
    columns.append("parameters")
    let text: Set<Int> = rows.baseline == nil ? [] : [columns.count - 2]
    let seeds =
      report.seeds.count > 1 ? ", mean ± deviation over \(NumberText.plural(report.seeds.count, "seed"))" : ""
    var table = TableView(
      caption: "Error rates of all rows on \(report.testSplit)\(seeds).", head: "row", columns: columns,
      text: text)
    for (index, row) in report.contenders.enumerated() {
      var cells = ErrorMeasure.allCases.map { NumberText.spread(row.rates($0)) }
      if rows.baseline != nil {
        if let test = rows.primary[row.name] {
          cells += [
            NumberText.points(test.difference),
            Self.interval(test.interval), NumberText.probability(test.adjustedP), test.verdict.words,
          ]
        } else {
          cells += [NumberText.none, NumberText.none, NumberText.none, "baseline"]
        }
      }
      cells.append(NumberText.count(row.parameters))
      table.add(rows.label(index), cells)
    }
    return table
  }

  static func interval(_ interval: Interval) -> String {
    "\(NumberText.points(interval.lower)) to \(NumberText.points(interval.upper))"
  }

  /// The settings in which rows differ.
  var differencesTable: TableView? {
    guard !report.differences.isEmpty else { return nil }
    let caption = "Settings in which rows differ; a dash if a row has no such setting."
    func value(_ field: SettingDifference, _ row: Int) -> String {
      (row < field.values.count ? field.values[row] : nil) ?? NumberText.none
    }
    // The longer dimension runs down the page.
    guard report.differences.count < report.contenders.count else {
      var table = TableView(
        caption: caption, head: "setting", columns: report.contenders.indices.map(rows.label),
        text: Set(report.contenders.indices))
      for field in report.differences {
        table.add(field.field, report.contenders.indices.map { value(field, $0) })
      }
      return table
    }
    var table = TableView(
      caption: caption, head: "row", columns: report.differences.map(\.field),
      text: Set(report.differences.indices))
    for index in report.contenders.indices {
      table.add(rows.label(index), report.differences.map { value($0, index) })
    }
    return table
  }

  /// The errors of each row on the train, dev and test splits.
  var splitTable: TableView {
    var table = TableView(
      caption:
        "Errors by split at the chosen epoch, in percent. Those on \(report.trainSplit) are counted during "
        + "training, before each update.",
      head: "row",
      columns: [
        "\(report.trainSplit) FER", "\(report.devSplit) FER", "\(report.testSplit) FER",
        "\(report.devSplit) PER strict", "\(report.testSplit) PER strict",
      ])
    for (index, row) in report.contenders.enumerated() {
      let best = row.seeds.compactMap(\.history.best)
      table.add(
        rows.label(index),
        [
          NumberText.spread(best.map { 1 - $0.accuracy }), NumberText.spread(best.map(\.devErrorRate)),
          NumberText.spread(row.rates(.frames)), NumberText.spread(row.seeds.compactMap(\.devPhoneErrorRate)),
          NumberText.spread(row.rates(.phonesStrict)),
        ])
    }
    return table
  }

  /// All measures for every row and seed.
  var seedTable: TableView {
    var table = TableView(
      caption: "Every seed of every row, rates in percent.", head: "row",
      columns: ["seed"] + ErrorMeasure.allCases.map(\.shortTitle) + [
        "substitutions", "deletions", "insertions", "phones",
      ])
    for row in report.contenders {
      for seed in row.seeds {
        let total = seed.phones.first { $0.convention == .strict }?.total
        table.add(
          row.name,
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
