import FrontEnds
import Recognition
import Workflows

/// A contender's training curves, and how far its learned parts moved.
struct TrainingSection {
  let contenders: ReportedContenders

  private typealias Reading = (EpochRecord) -> Double

  func group(_ index: Int) -> GroupView? {
    let contender = contenders.report.contenders[index]
    guard contender.seeds.contains(where: { !$0.history.epochs.isEmpty }) else { return nil }
    let charts = [
      chart(index, "training loss, nats/frame", includes: []) { $0.loss },
      chart(index, "dev frame error, %", includes: []) { 100 * $0.devErrorRate },
      chart(index, "learning rate × 1000", includes: [0]) { 1000 * $0.learningRate },
    ]
    let best = contender.seeds.compactMap { seed in seed.history.best.map { (seed.seed, $0) } }
    let bestEpochs = best.map {
      "seed \($0): \(NumberText.percentSign($1.devErrorRate)) in epoch \($1.epoch)"
    }
    var group = GroupView(title: "Training")
    group.figures.append(
      FigureView(
        title: "Training by epoch.",
        caption: "One line per seed; the best epoch on dev is marked. Best dev frame error: "
          + bestEpochs.joined(separator: "; ") + ".",
        keys: contenders.isCompared(index) ? contenders.keys : [],
        pictures: charts.map {
          $0.drawing().markup(label: "\($0.yTitle), by epoch; see the caption for the best epochs")
        }))
    if let movement = movement(contender) {
      group.figures.append(movement.figure)
      group.tables.append(movement.table)
    }
    return group
  }

  private func chart(_ index: Int, _ title: String, includes: [Double], _ value: Reading) -> XYChart {
    var series: [XYChart.Series] = []
    if contenders.isCompared(index), let baseline = contenders.baseline {
      series += lines(baseline, "line base thin", value)
    }
    let style = contenders.style(index)
    series += lines(contenders.report.contenders[index], "line \(style)", value)
    let best = contenders.report.contenders[index].seeds.compactMap { seed in
      seed.history.best.map { (x: Double($0.epoch), y: value($0)) }
    }
    series.append(XYChart.Series(points: best, style: style, isDots: true))
    // All contenders share their axes, so that their panels can be compared side by side.
    let all = contenders.report.contenders.flatMap { $0.seeds.flatMap { $0.history.epochs } }
    return XYChart(
      series: series, xTitle: "epoch", yTitle: title, xIncludes: [1, Double(all.map(\.epoch).max() ?? 1)],
      yIncludes: all.map(value) + includes, plotWidth: 250, plotHeight: 130, endsAtData: true)
  }

  private func lines(_ contender: ContenderResult, _ style: String, _ value: Reading) -> [XYChart.Series] {
    contender.seeds.map { seed in
      XYChart.Series(points: seed.history.epochs.map { (Double($0.epoch), value($0)) }, style: style)
    }
  }

  private func movement(_ contender: ContenderResult) -> (figure: FigureView, table: TableView)? {
    var parts: [String] = []
    for part in contender.seeds.flatMap({ $0.history.epochs }).flatMap(\.movement)
    where !parts.contains(part.part) {
      parts.append(part.part)
    }
    guard !parts.isEmpty else { return nil }
    func distance(_ epoch: EpochRecord, _ part: String) -> Double? {
      epoch.movement.first { $0.part == part }.map { 100 * $0.relativeDistance }
    }
    var table = TableView(
      caption: "Distance from the initial parameters at the best epoch, in percent of their norm.",
      head: "part",
      columns: ["mean ± deviation over seeds"])
    var series: [XYChart.Series] = []
    var keys: [FigureView.Key] = []
    for (index, part) in parts.enumerated() {
      let color = "c\(index % 6)"
      keys.append(FigureView.Key(style: "line \(color)", text: part))
      for seed in contender.seeds {
        let points = seed.history.epochs.compactMap { epoch in
          distance(epoch, part).map { (x: Double(epoch.epoch), y: $0) }
        }
        series.append(XYChart.Series(points: points, style: "line \(color)"))
      }
      let best = contender.seeds.compactMap { $0.history.best.flatMap { distance($0, part) } }
      table.add(part, [NumberText.spread(best.map { $0 / 100 })])
    }
    let chart = XYChart(
      series: series, xTitle: "epoch", yTitle: "distance, % of the start", yIncludes: [0], plotWidth: 250,
      plotHeight: 130, endsAtData: true)
    let figure = FigureView(
      title: "Distance of the learned parts from their start.", caption: "One line per part and seed.",
      keys: keys,
      pictures: [
        chart.drawing().markup(label: "Distance by epoch; see the table for the values at the best epoch")
      ])
    return (figure, table)
  }
}
