import Workflows

/// What is taken for what: frames by phone of the reference and class heard, summed over seeds.
struct ConfusionSection {
  let rows: ReportedRows

  func group(_ index: Int) -> GroupView? {
    let report = rows.report
    guard let own = shares(report.rows[index]) else { return nil }
    var pictures = [map(own, range: (0, 1), title: "share of the phone's frames").drawing()]
    var labels = ["Confusions of \(report.rows[index].name); the most frequent are in the table"]
    var tables = [most(own, report.rows[index])]
    var caption =
      "Rows: the 61 phones of the reference, each row adding up to 1. Columns: the 39 classes heard. Both "
      + "in the order of manner: vowels, diphthongs, semivowels, nasals, fricatives, affricates and stops, closures "
      + "and silence. Colours are spread by the square root, so that rare confusions are seen."
    if rows.isCompared(index), let baseline = rows.baseline, let other = shares(baseline) {
      let difference = zip(own, other).map { zip($0, $1).map { $0 - $1 } }
      pictures.append(map(other, range: (0, 1), title: "the same, baseline").drawing())
      pictures.append(map(difference, range: (-0.1, 0.1), title: "row less baseline, points").drawing())
      labels += [
        "Confusions of the baseline",
        "Confusions of the row less the baseline's; the largest changes are in the table",
      ]
      tables = [changes(difference, own, other)]
      caption +=
        " Last: what the row hears more often (orange) or less often (blue); changes beyond 10 points have "
        + "the colour of 10."
    }
    return GroupView(
      title: "Confusions",
      figures: [
        FigureView(
          title: "Frames by phone and class heard.", caption: caption,
          pictures: zip(pictures, labels).map { $0.markup(label: $1) })
      ], tables: tables)
  }

  /// Shares of each phone's frames, `[61][39]`; nil without counts.
  private func shares(_ row: ComparedRow) -> [[Double]]? {
    let (phones, classes) = (rows.report.symbols61.count, rows.report.symbols39.count)
    var sums = [Int](repeating: 0, count: phones * classes)
    for seed in row.seeds where seed.confusions.count == sums.count {
      for place in sums.indices { sums[place] += seed.confusions[place] }
    }
    guard sums.contains(where: { $0 > 0 }) else { return nil }
    return (0..<phones).map { phone in
      let counts = sums[phone * classes..<(phone + 1) * classes]
      let total = counts.reduce(0, +)
      return counts.map { total > 0 ? Double($0) / Double(total) : 0 }
    }
  }

  private func map(_ shares: [[Double]], range: (lower: Double, upper: Double), title: String) -> HeatMap {
    let (spoken, spokenRules) = PhoneOrder.byManner(rows.report.symbols61)
    let (heard, heardRules) = PhoneOrder.byManner(rows.report.symbols39)
    let isDifference = range.lower < 0
    let map = isDifference ? ColourMap.blueOrange : .blue
    let raster = Raster(width: heard.count, height: spoken.count, range: range, map: map) { row, column in
      let share = shares[spoken[row]][heard[column]]
      return isDifference ? share : max(0, share).squareRoot()
    }
    return HeatMap(
      raster: raster, map: map, cellWidth: 7.8, cellHeight: 7.8,
      rows: .names(spoken.map { rows.report.symbols61[$0] }),
      columns: .names(heard.map { rows.report.symbols39[$0] }), rowTitle: "spoken", columnTitle: "heard",
      legend: isDifference ? ("\(NumberText.minus)10", "+10", title) : ("0", "1", title),
      rowRules: spokenRules, columnRules: heardRules)
  }

  /// The largest shares of another class than the phone's own: what is mistaken for what.
  private func most(_ shares: [[Double]], _ row: ComparedRow) -> TableView {
    var table = TableView(
      caption: "The most frequent mistakes of \(row.name).", head: "spoken",
      columns: ["heard as", "share of its frames, %"],
      text: [0])
    var cells: [(share: Double, phone: Int, heard: Int)] = []
    for (phone, heard) in shares.enumerated() {
      let own = rows.report.classOfPhone.indices.contains(phone) ? Int(rows.report.classOfPhone[phone]) : nil
      for label in heard.indices where label != own && heard[label] > 0 {
        cells.append((heard[label], phone, label))
      }
    }
    for cell in cells.sorted(by: { ($1.share, $0.phone, $0.heard) < ($0.share, $1.phone, $1.heard) }).prefix(
      8)
    {
      table.add(
        rows.report.symbols61[cell.phone],
        [rows.report.symbols39[cell.heard], NumberText.percent(cell.share)])
    }
    return table
  }

  private func changes(_ difference: [[Double]], _ own: [[Double]], _ other: [[Double]]) -> TableView {
    var table = TableView(
      caption: "The largest changes of what is heard.", head: "spoken",
      columns: ["heard as", "baseline, %", "row, %", "difference, points"], text: [0])
    var cells: [(size: Double, phone: Int, heard: Int)] = []
    for (phone, changes) in difference.enumerated() {
      for label in changes.indices where changes[label] != 0 {
        cells.append((changes[label].magnitude, phone, label))
      }
    }
    for cell in cells.sorted(by: { ($1.size, $0.phone, $0.heard) < ($0.size, $1.phone, $1.heard) }).prefix(8)
    {
      let (phone, heard) = (cell.phone, cell.heard)
      table.add(
        rows.report.symbols61[phone],
        [
          rows.report.symbols39[heard], NumberText.percent(other[phone][heard]),
          NumberText.percent(own[phone][heard]), NumberText.points(difference[phone][heard], 1),
        ])
    }
    return table
  }
}
