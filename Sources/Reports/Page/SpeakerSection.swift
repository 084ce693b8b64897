import Scoring
import Workflows

/// A contender's error rate per speaker, and its difference from the baseline.
struct SpeakerSection {
  let contenders: ReportedContenders

  func group(_ index: Int) -> GroupView? {
    let (report, contender) = (contenders.report, contenders.report.contenders[index])
    guard !report.testSpeakers.isEmpty else { return nil }
    let rates = contenders.speakerRates(contender, report.measure)
    let baseline =
      contenders.isCompared(index)
      ? contenders.baseline.map { contenders.speakerRates($0, report.measure) } : nil
    // Differences if there is a baseline with the same seeds, else rates.
    let values = rates.enumerated().map { speaker, own in
      guard let other = baseline?[speaker] else { return own.map { 100 * $0 } }
      return other.count == own.count ? zip(own, other).map { 100 * ($0 - $1) } : []
    }
    let order = values.indices.sorted { (values[$0].mean ?? 0, $0) < (values[$1].mean ?? 0, $1) }
    let style = contenders.style(index)
    let isCrowded = order.count > 48
    let items = order.map { speaker in
      let mean = values[speaker].mean.map { [$0] } ?? []
      return CategoryChart.Item(
        label: report.testSpeakers[speaker].name,
        dots: [.init(values: values[speaker], style: "\(style) faint"), .init(values: mean, style: style)])
    }
    func chart(_ items: [CategoryChart.Item], _ title: String, reference: Double?) -> CategoryChart {
      CategoryChart(
        items: items, axisTitle: title, reference: reference, labelWidth: isCrowded ? 20 : 90,
        plotWidth: isCrowded ? 320 : 246, itemHeight: isCrowded ? 6 : 15, labelLimit: isCrowded ? 0 : 12)
    }
    let rateTitle = "\(report.measure.shortTitle), %"
    var charts = [
      chart(items, baseline == nil ? rateTitle : "difference, points", reference: baseline == nil ? nil : 0)
    ]
    if let baseline {
      charts.append(chart(order.map { pair($0, rates, baseline) }, rateTitle, reference: nil))
    }
    let means = values.compactMap(\.mean)
    var caption = "Speakers by \(report.measure.title)"
    if baseline != nil {
      caption +=
        ", contender minus baseline, for every seed and on average. Fewer errors: "
        + "\(means.count { $0 < 0 }) of \(NumberText.plural(means.count, "speaker")); more: "
        + "\(means.count { $0 > 0 }). Range: "
        + "\(NumberText.signed(means.min(), 2)) to \(NumberText.signed(means.max(), 2)) points. "
        + "Second: the means of both, in the same order."
    } else {
      caption +=
        ", for every seed and on average; range \(NumberText.fixed(means.min(), 1)) to "
        + "\(NumberText.fixed(means.max(), 1))\(NumberText.narrowSpace)%."
    }
    return GroupView(
      title: "By speaker",
      figures: [
        FigureView(
          title: baseline == nil ? "Error rate by speaker." : "Difference by speaker.", caption: caption,
          keys: baseline == nil ? [] : contenders.keys,
          pictures: charts.map {
            $0.drawing().markup(label: "\($0.axisTitle), by speaker; see the table by speaker for numbers")
          })
      ],
      more: MoreView(
        summary: "Table by speaker", moreTables: [table(contender, rates: rates, baseline: baseline)]))
  }

  private func pair(_ speaker: Int, _ rates: [[Double]], _ baseline: [[Double]]) -> CategoryChart.Item {
    var item = CategoryChart.Item(label: contenders.report.testSpeakers[speaker].name)
    if let before = baseline[speaker].mean, let after = rates[speaker].mean {
      item.bar = (100 * before, 100 * after, "bar")
      item.dots = [
        .init(values: [100 * before], style: "base"), .init(values: [100 * after], style: "contender"),
      ]
    }
    return item
  }

  private func table(_ contender: ContenderResult, rates: [[Double]], baseline: [[Double]]?) -> TableView {
    let voices = contenders.report.testSpeakers.contains { $0.voice != $0.name }
    var columns = ["\(contenders.report.measure.shortTitle), %"]
    if baseline != nil { columns = ["baseline, %", "contender, %", "difference, points"] }
    if voices { columns.append("voice") }
    var table = TableView(
      caption: "\(contender.name) by speaker, means over seeds.", head: "speaker", columns: columns,
      text: voices ? [columns.count - 1] : [])
    for (index, speaker) in contenders.report.testSpeakers.enumerated() {
      let own = rates[index].mean
      var cells: [String]
      if let baseline {
        let other = baseline[index].mean
        let difference = own.flatMap { own in other.map { own - $0 } }
        cells = [NumberText.percent(other, 2), NumberText.percent(own, 2), NumberText.points(difference)]
      } else {
        cells = [NumberText.spread(rates[index])]
      }
      if voices { cells.append(speaker.voice) }
      table.add(speaker.name, cells)
    }
    return table
  }
}
