import DataManifests
import Scoring
import Workflows

/// A contender's frame recall and phone error rate per class, with the baseline's.
struct ClassSection {
  let contenders: ReportedContenders

  private struct ClassScore {
    var frames = 0
    /// One value per seed.
    var recalls: [Double] = []
    var phoneErrors: [Double] = []
  }

  func group(_ index: Int) -> GroupView? {
    let contender = contenders.report.contenders[index]
    let own = scores(contender)
    guard own.contains(where: { !$0.recalls.isEmpty || !$0.phoneErrors.isEmpty }) else { return nil }
    let baseline = contenders.isCompared(index) ? contenders.baseline.map(scores) : nil
    let symbols = contenders.report.classes.symbols
    // Both charts are sorted by the change of recall, or by recall if there is no baseline.
    let order = own.indices.filter { !own[$0].recalls.isEmpty }.sorted {
      (change(own[$0], baseline?[$0]), $0) > (change(own[$1], baseline?[$1]), $1)
    }
    func chart(_ title: String, _ values: (ClassScore) -> [Double]) -> CategoryChart {
      CategoryChart(
        items: order.map { label in
          item(
            symbols[label], values(own[label]), baseline.map { values($0[label]) },
            style: contenders.style(index))
        }, axisTitle: title, labelWidth: 40, plotWidth: 286, itemHeight: 13)
    }
    let charts = [
      chart("recall of frames, %", \.recalls), chart("phone error of the class, %", \.phoneErrors),
    ]
    var caption =
      baseline == nil
      ? "Pale marks are seeds, full marks their means." : "Pale marks are seeds; a line joins the means."
    if let baseline, let first = order.first, let last = order.last {
      caption +=
        " Largest gain in recall: \(symbols[first]) "
        + "(\(NumberText.points(change(own[first], baseline[first]), 1)) points); smallest: \(symbols[last]) "
        + "(\(NumberText.points(change(own[last], baseline[last]), 1)) points)."
    } else if let first = order.first, let last = order.last {
      caption +=
        " Recognized best: \(symbols[first]) (\(NumberText.percentSign(own[first].recalls.mean))), worst: "
        + "\(symbols[last]) (\(NumberText.percentSign(own[last].recalls.mean)))."
    }
    return GroupView(
      title: "By class",
      figures: [
        FigureView(
          title: "The \(order.count) classes.", caption: caption,
          keys: baseline == nil ? [] : contenders.keys,
          pictures: charts.map {
            $0.drawing().markup(label: "\($0.axisTitle), by class; see the table by class for numbers")
          })
      ], more: MoreView(summary: "Table by class", moreTables: [table(contender, own, baseline)]))
  }

  private func item(
    _ symbol: String, _ own: [Double], _ other: [Double]?, style: String
  ) -> CategoryChart.Item {
    var item = CategoryChart.Item(label: symbol)
    let mean = own.mean.map { 100 * $0 }
    if let other, let from = other.mean.map({ 100 * $0 }), let mean {
      item.bar = (from, mean, "bar")
      item.dots = [.init(values: other.map { 100 * $0 }, style: "base faint")]
      item.dots.append(.init(values: own.map { 100 * $0 }, style: "\(style) faint"))
      item.dots.append(.init(values: [from], style: "base"))
    } else {
      item.dots = [.init(values: own.map { 100 * $0 }, style: "\(style) faint")]
    }
    item.dots.append(.init(values: mean.map { [$0] } ?? [], style: style))
    return item
  }

  private func change(_ own: ClassScore, _ baseline: ClassScore?) -> Double {
    (own.recalls.mean ?? 0) - (baseline?.recalls.mean ?? 0)
  }

  private func scores(_ contender: ContenderResult) -> [ClassScore] {
    contenders.report.classes.symbols.indices.map { label in
      var score = ClassScore()
      for seed in contender.seeds {
        if label < seed.frames.total.classCount {
          let counts = seed.frames.total.counts(ofClass: label)
          score.frames = counts.frames
          if let recall = counts.recall { score.recalls.append(recall) }
        }
        guard let phones = seed.phones.first(where: { $0.convention == .strict })?.total,
          label < phones.classCount, let rate = phones.counts(ofClass: label).errorRate
        else { continue }
        score.phoneErrors.append(rate)
      }
      return score
    }
  }

  private func table(
    _ contender: ContenderResult, _ own: [ClassScore], _ baseline: [ClassScore]?
  ) -> TableView {
    var columns = ["frames"]
    for measure in ["recall", "phone error"] {
      columns +=
        baseline == nil
        ? ["\(measure), %"] : ["\(measure), baseline, %", "contender, %", "difference, points"]
    }
    var table = TableView(
      caption: "\(contender.name) by class, means over seeds; phone error is (S + D + I) / N of the class.",
      head: "class", columns: columns)
    for (label, symbol) in contenders.report.classes.symbols.enumerated() where own[label].frames > 0 {
      var cells = [NumberText.count(own[label].frames)]
      for values in [\ClassScore.recalls, \.phoneErrors] {
        let mean = own[label][keyPath: values].mean
        guard let baseline else {
          cells.append(NumberText.percent(mean))
          continue
        }
        let other = baseline[label][keyPath: values].mean
        cells += [
          NumberText.percent(other), NumberText.percent(mean),
          NumberText.points(mean.flatMap { mean in other.map { mean - $0 } }, 1),
        ]
      }
      table.add(symbol, cells)
    }
    return table
  }
}
