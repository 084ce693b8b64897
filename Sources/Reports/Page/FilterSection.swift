import Workflows

/// The frequency responses of a front end's first linear part, before and after training, with the
/// baseline's.
struct FilterSection {
  let contenders: ReportedContenders

  /// The maximum number of filters in the table.
  private static let tableLimit = 64

  func group(_ index: Int) -> GroupView? {
    let contender = contenders.report.contenders[index]
    guard let responses = contender.responses, responses.frequenciesHertz.count > 1, !responses.now.isEmpty
    else {
      return nil
    }
    let now = responses.now.map { FilterShape(response: $0, frequenciesHertz: responses.frequenciesHertz) }
    let start = responses.start.map {
      FilterShape(response: $0, frequenciesHertz: responses.frequenciesHertz)
    }
    let isMoved = responses.start.count == responses.now.count && responses.start != responses.now
    let moves = zip(start, now).map { before, after in
      before.flatMap { before in after.map { $0.centerHertz - before.centerHertz } }
    }
    var group = GroupView(title: "Filters")
    group.figures = [
      FigureView(
        title: "Frequency response.", caption: mapCaption(responses, isMoved: isMoved),
        pictures: maps(responses, isMoved: isMoved)),
      FigureView(
        title: "Center and bandwidth.", caption: shapeCaption(index, moves: isMoved ? moves : []),
        keys: shapeKeys(index, isMoved: isMoved),
        pictures: [
          shapes(index, start: isMoved ? start : [], now: now).drawing()
            .markup(
              label: "Bandwidth over center frequency of every filter; see the table of filters for numbers"),
          curves(responses, isMoved: isMoved, style: contenders.style(index)).drawing()
            .markup(label: "Responses of some filters over frequency"),
        ]),
    ]
    group.more = MoreView(
      summary: "Table of filters", moreTables: [table(contender, start: isMoved ? start : now, now: now)])
    return group
  }

  // MARK: Maps

  private func maps(_ responses: FilterResponses, isMoved: Bool) -> [String] {
    let now = map(responses, responses.now, title: "energy, each filter's peak 1")
    guard isMoved else { return [now.markup(label: "Energy by filter and frequency")] }
    let start = map(responses, responses.start, title: "before training")
    let (after, before) = (Self.normalized(responses.now), Self.normalized(responses.start))
    let count = responses.frequenciesHertz.count
    func change(_ filter: Int, _ column: Int) -> Double {
      Self.value(after[filter], column) - Self.value(before[filter], column)
    }
    // The color scale ends at the largest change, so that small changes are visible and can be read off.
    let largest =
      after.indices.flatMap { filter in (0..<count).map { change(filter, $0).magnitude } }.max() ?? 0
    let limit = max(largest, 0.005)
    let raster = Raster(width: count, height: after.count, range: (-limit, limit), map: .blueOrange) {
      row, column in
      change(after.count - 1 - row, column)
    }
    let end = NumberText.fixed(limit, 2)
    let drawing = heatMap(
      responses, raster, .blueOrange, (NumberText.minus + end, "+" + end, "after minus before"))
    return [
      now.markup(label: "Energy by filter and frequency after training"),
      start.markup(label: "Energy by filter and frequency before training"),
      drawing.markup(label: "Change of the energy by filter and frequency"),
    ]
  }

  private func map(_ responses: FilterResponses, _ energies: [[Double]], title: String) -> Drawing {
    let values = Self.normalized(energies)
    let count = responses.frequenciesHertz.count
    let raster = Raster(width: count, height: values.count, range: (0, 1), map: .blue) { row, column in
      Self.value(values[values.count - 1 - row], column)
    }
    return heatMap(responses, raster, .blue, ("0", "1", title))
  }

  private func heatMap(
    _ responses: FilterResponses, _ raster: Raster, _ map: ColorMap,
    _ legend: (lower: String, upper: String, title: String)
  ) -> Drawing {
    HeatMap(
      raster: raster, map: map, cellWidth: 280 / Double(max(1, raster.width)),
      cellHeight: 190 / Double(max(1, raster.height)), rows: .numbers(first: Double(raster.height), last: 1),
      columns: .numbers(
        first: (responses.frequenciesHertz.first ?? 0) / 1000,
        last: (responses.frequenciesHertz.last ?? 1) / 1000),
      rowTitle: "filter", columnTitle: "frequency, kHz", legend: legend
    ).drawing()
  }

  private func mapCaption(_ responses: FilterResponses, isMoved: Bool) -> String {
    let text =
      "Square root of the energy of a tone at the output of "
      + "\(NumberText.plural(responses.now.count, "filter")), normalized to each filter's maximum."
    return isMoved
      ? text + " After training, before training, and the change." : text + " Training has not changed them."
  }

  private static func normalized(_ energies: [[Double]]) -> [[Double]] {
    energies.map { energies in
      let peak = energies.filter(\.isFinite).max() ?? 0
      return energies.map { peak > 0 && $0.isFinite ? (max(0, $0) / peak).squareRoot() : 0 }
    }
  }

  private static func value(_ values: [Double], _ column: Int) -> Double {
    column < values.count ? values[column] : 0
  }

  // MARK: Shapes

  private func shapes(_ index: Int, start: [FilterShape?], now: [FilterShape?]) -> XYChart {
    func points(_ shapes: [FilterShape?]) -> [(x: Double, y: Double)] {
      shapes.compactMap { shape in shape.map { ($0.centerHertz / 1000, $0.bandwidthHertz) } }
    }
    var series: [XYChart.Series] = []
    if contenders.isCompared(index), let other = contenders.baseline?.responses {
      let shapes = other.now.map { FilterShape(response: $0, frequenciesHertz: other.frequenciesHertz) }
      series.append(XYChart.Series(points: points(shapes), style: "base", isDots: true))
    }
    for (before, after) in zip(start, now) {
      let path = points([before, after])
      if path.count == 2 { series.append(XYChart.Series(points: path, style: "line contender thin")) }
    }
    series.append(XYChart.Series(points: points(now), style: contenders.style(index), isDots: true))
    return XYChart(
      series: series, xTitle: "center, kHz", yTitle: "bandwidth, Hz", xIncludes: [0], yIncludes: [0],
      plotHeight: 180)
  }

  private func shapeKeys(_ index: Int, isMoved: Bool) -> [FigureView.Key] {
    let keys = contenders.isCompared(index) && contenders.baseline?.responses != nil ? contenders.keys : []
    return isMoved ? keys + [.init(style: "line contender thin", text: "change from the start")] : keys
  }

  private func shapeCaption(_ index: Int, moves: [Double?]) -> String {
    var text = "First: equivalent rectangular bandwidth over the mean frequency of every filter's energy."
    let sizes = moves.compactMap { $0?.magnitude }
    if !sizes.isEmpty {
      let far = sizes.count { $0 >= 50 }
      text +=
        " Centers moved by \(NumberText.fixed(sizes.mean, 0)) Hz on average, at most "
        + "\(NumberText.fixed(sizes.max(), 0)) Hz; "
        + "\(far) of \(NumberText.count(sizes.count)) by 50 Hz or more."
      text += " Second: some responses in decibels relative to their peak, before (pale) and after training."
    } else {
      text += " Second: some responses in decibels relative to their peak."
    }
    return text
  }

  // MARK: Curves

  private func curves(_ responses: FilterResponses, isMoved: Bool, style: String) -> XYChart {
    let wanted = min(6, responses.now.count)
    let chosen = (0..<wanted).map { (2 * $0 + 1) * responses.now.count / (2 * wanted) }
    // No more points than can be distinguished.
    let step = max(1, responses.frequenciesHertz.count / 128)
    func curve(_ energies: [Double]) -> [(x: Double, y: Double)] {
      let peak = energies.filter(\.isFinite).max() ?? 0
      guard peak > 0 else { return [] }
      let count = min(energies.count, responses.frequenciesHertz.count)
      return stride(from: 0, to: count, by: step).map { index in
        (responses.frequenciesHertz[index] / 1000, Decibels.of(energies[index] / peak, floor: -40))
      }
    }
    var series: [XYChart.Series] = []
    if isMoved {
      series += chosen.map { XYChart.Series(points: curve(responses.start[$0]), style: "line pale") }
    }
    series += chosen.map { XYChart.Series(points: curve(responses.now[$0]), style: "line \(style)") }
    return XYChart(
      series: series, xTitle: "frequency, kHz", yTitle: "response, dB", yIncludes: [-40, 0], plotHeight: 180)
  }

  // MARK: Table

  private func table(_ contender: ContenderResult, start: [FilterShape?], now: [FilterShape?]) -> TableView {
    let isLong = now.count > Self.tableLimit
    let all = Array(zip(start, now).enumerated())
    func move(_ pair: (FilterShape?, FilterShape?)) -> Double {
      guard let before = pair.0, let after = pair.1 else { return 0 }
      return (after.centerHertz - before.centerHertz).magnitude
    }
    let shown =
      isLong
      ? all.sorted { (-move($0.element), $0.offset) < (-move($1.element), $1.offset) }.prefix(Self.tableLimit)
        .sorted { $0.offset < $1.offset } : all
    var table = TableView(
      caption:
        "Filters of \(contender.name)\(isLong ? ", the \(Self.tableLimit) whose centers moved most" : "").",
      head: "filter",
      columns: ["center before, Hz", "after, Hz", "change, Hz", "bandwidth before, Hz", "after, Hz"])
    for (index, (before, after)) in shown {
      let moved = before.flatMap { before in after.map { $0.centerHertz - before.centerHertz } }
      table.add(
        "\(index + 1)",
        [
          NumberText.fixed(before?.centerHertz, 0), NumberText.fixed(after?.centerHertz, 0),
          NumberText.signed(moved, 0), NumberText.fixed(before?.bandwidthHertz, 0),
          NumberText.fixed(after?.bandwidthHertz, 0),
        ])
    }
    return table
  }
}
