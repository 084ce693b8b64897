import FrontEnds
import Recognition
import Workflows

/// How a row's trainings went, and how far its learnt parts moved.
struct TrainingSection {
  let rows: ReportedRows

  private typealias Reading = (EpochRecord) -> Double

  func group(_ index: Int) -> GroupView? {
    let row = rows.report.rows[index]
    guard row.seeds.contains(where: { !$0.history.epochs.isEmpty }) else { return nil }
    let charts = [
      chart(index, "training loss, nats a frame", includes: []) { $0.loss },
      chart(index, "dev frame error, %", includes: []) { 100 * $0.devErrorRate },
      chart(index, "learning rate × 1000", includes: [0]) { 1000 * $0.learningRate },
    ]
    let best = row.seeds.compactMap { seed in seed.history.best.map { (seed.seed, $0) } }
    let words = best.map { "seed \($0): \(NumberText.percentSign($1.devErrorRate)) in epoch \($1.epoch)" }
    var group = GroupView(title: "Training")
    group.figures.append(
      FigureView(
        title: "Training by epoch.",
        caption: "A line for each seed, the best epoch on dev marked. Best dev frame error: "
          + words.joined(separator: "; ") + ".", keys: rows.isCompared(index) ? rows.keys : [],
        pictures: charts.map {
          $0.drawing().markup(label: "\($0.yTitle) by epoch; the best epochs are in the caption")
        }))
    if let movement = movement(row) {
      group.figures.append(movement.figure)
      group.tables.append(movement.table)
    }
    return group
  }

  private func chart(_ index: Int, _ title: String, includes: [Double], _ value: Reading) -> XYChart {
    var series: [XYChart.Series] = []
    if rows.isCompared(index), let baseline = rows.baseline {
      series += lines(baseline, "line base thin", value)
    }
    let style = rows.style(index)
    series += lines(rows.report.rows[index], "line \(style)", value)
    let best = rows.report.rows[index].seeds.compactMap { seed in
      seed.history.best.map { (x: Double($0.epoch), y: value($0)) }
    }
    series.append(XYChart.Series(points: best, style: style, isDots: true))
    // All rows share their axes, so that panels of different rows can be laid side by side.
    let all = rows.report.rows.flatMap { $0.seeds.flatMap { $0.history.epochs } }
    return XYChart(
      series: series, xTitle: "epoch", yTitle: title, xIncludes: [1, Double(all.map(\.epoch).max() ?? 1)],
      yIncludes: all.map(value) + includes, plotWidth: 250, plotHeight: 130, endsAtData: true)
  }

  private func lines(_ row: ComparedRow, _ style: String, _ value: Reading) -> [XYChart.Series] {
    row.seeds.map { seed in
      XYChart.Series(points: seed.history.epochs.map { (Double($0.epoch), value($0)) }, style: style)
    }
  }

  private func movement(_ row: ComparedRow) -> (figure: FigureView, table: TableView)? {
    var parts: [String] = []
    for part in row.seeds.flatMap({ $0.history.epochs }).flatMap(\.movement) where !parts.contains(part.part)
    {
      parts.append(part.part)
    }
    guard !parts.isEmpty else { return nil }
    func distance(_ epoch: EpochRecord, _ part: String) -> Double? {
      epoch.movement.first { $0.part == part }.map { 100 * $0.relativeDistance }
    }
    var table = TableView(
      caption: "Distance from the start in the best epoch, in per cent of the start's norm.", head: "part",
      columns: ["mean ± deviation over seeds"])
    var series: [XYChart.Series] = []
    var keys: [FigureView.Key] = []
    for (place, part) in parts.enumerated() {
      let colour = "c\(place % 6)"
      keys.append(FigureView.Key(style: "line \(colour)", text: part))
      for seed in row.seeds {
        let points = seed.history.epochs.compactMap { epoch in
          distance(epoch, part).map { (x: Double(epoch.epoch), y: $0) }
        }
        series.append(XYChart.Series(points: points, style: "line \(colour)"))
      }
      let best = row.seeds.compactMap { $0.history.best.flatMap { distance($0, part) } }
      table.add(part, [NumberText.spread(best.map { $0 / 100 })])
    }
    let chart = XYChart(
      series: series, xTitle: "epoch", yTitle: "distance, % of the start", yIncludes: [0], plotWidth: 250,
      plotHeight: 130, endsAtData: true)
    let figure = FigureView(
      title: "How far the learnt parts moved.", caption: "A line for each part and seed.", keys: keys,
      pictures: [chart.drawing().markup(label: "Distance moved by epoch; final values are in the table")])
    return (figure, table)
  }
}
