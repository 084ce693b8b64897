import DataManifests
import Workflows

/// Frame confusions by reference phone and recognized class, summed over seeds.
struct ConfusionSection {
  let contenders: ReportedContenders

  func group(_ index: Int) -> GroupView? {
    let report = contenders.report
    guard let own = shares(report.contenders[index]) else { return nil }
    var pictures = [map(own, range: (0, 1), title: "fraction of the phone's frames").drawing()]
    var labels = ["Confusions of \(report.contenders[index].name); see the table for the most frequent"]
    var tables = [most(own, report.contenders[index])]
    var caption =
      "Rows are the \(report.phones.classCount) reference phones (each sums to 1), columns the "
      + "\(report.classes.classCount) recognized classes."
      + (report.phones.displayOrder.rules.isEmpty
        ? ""
        : " Both are sorted by manner: vowels, diphthongs, semivowels, nasals, fricatives, affricates and "
          + "stops, closures and silence.")
      + " Colors show the square root, so that rare confusions are visible."
    if contenders.isCompared(index), let baseline = contenders.baseline, let other = shares(baseline) {
      let difference = zip(own, other).map { zip($0, $1).map { $0 - $1 } }
      pictures.append(map(other, range: (0, 1), title: "baseline").drawing())
      pictures.append(
        map(difference, range: (-0.1, 0.1), title: "contender minus baseline, points").drawing())
      labels += [
        "Confusions of the baseline",
        "Confusions of the contender minus those of the baseline; see the table for the largest changes",
      ]
      tables = [changes(difference, own, other)]
      caption +=
        " Last: classes that the contender recognizes more often (orange) or less often (blue) than the "
        + "baseline, clipped at 10 points."
    }
    return GroupView(
      title: "Confusions",
      figures: [
        FigureView(
          title: "Frames by reference phone and recognized class.", caption: caption,
          pictures: zip(pictures, labels).map { $0.markup(label: $1) })
      ], tables: tables)
  }

  /// The fractions of each phone's frames by recognized class, `[phones][classes]`; nil without counts.
  private func shares(_ contender: ContenderResult) -> [[Double]]? {
    let (phones, classes) = (contenders.report.phones.symbols.count, contenders.report.classes.symbols.count)
    var sums = [Int](repeating: 0, count: phones * classes)
    for seed in contender.seeds where seed.confusions.count == sums.count {
      for index in sums.indices { sums[index] += seed.confusions[index] }
    }
    guard sums.contains(where: { $0 > 0 }) else { return nil }
    return (0..<phones).map { phone in
      let counts = sums[phone * classes..<(phone + 1) * classes]
      let total = counts.reduce(0, +)
      return counts.map { total > 0 ? Double($0) / Double(total) : 0 }
    }
  }

  private func map(_ shares: [[Double]], range: (lower: Double, upper: Double), title: String) -> HeatMap {
    let (reference, recognized) = (
      contenders.report.phones.displayOrder, contenders.report.classes.displayOrder
    )
    let isDifference = range.lower < 0
    let map = isDifference ? ColorMap.blueOrange : .blue
    let raster = Raster(width: recognized.order.count, height: reference.order.count, range: range, map: map)
    {
      row, column in
      let share = shares[reference.order[row]][recognized.order[column]]
      return isDifference ? share : max(0, share).squareRoot()
    }
    return HeatMap(
      raster: raster, map: map, cellWidth: 7.8, cellHeight: 7.8,
      rows: .names(reference.order.map { contenders.report.phones.symbols[$0] }),
      columns: .names(recognized.order.map { contenders.report.classes.symbols[$0] }), rowTitle: "reference",
      columnTitle: "recognized",
      legend: isDifference ? ("\(NumberText.minus)10", "+10", title) : ("0", "1", title),
      rowRules: reference.rules, columnRules: recognized.rules)
  }

  /// The most frequent confusions with a class other than the phone's own.
  private func most(_ shares: [[Double]], _ contender: ContenderResult) -> TableView {
    var table = TableView(
      caption: "The most frequent confusions of \(contender.name).", head: "reference",
      columns: ["recognized as", "of its frames, %"],
      text: [0])
    var cells: [(share: Double, phone: Int, recognized: Int)] = []
    for (phone, recognized) in shares.enumerated() {
      let own = Int(contenders.report.classes.classOfPhone[phone])
      for label in recognized.indices where label != own && recognized[label] > 0 {
        cells.append((recognized[label], phone, label))
      }
    }
    cells.sort { ($1.share, $0.phone, $0.recognized) < ($0.share, $1.phone, $1.recognized) }
    for cell in cells.prefix(8) {
      table.add(
        contenders.report.phones.symbols[cell.phone],
        [contenders.report.classes.symbols[cell.recognized], NumberText.percent(cell.share)])
    }
    return table
  }

  private func changes(_ difference: [[Double]], _ own: [[Double]], _ other: [[Double]]) -> TableView {
    var table = TableView(
      caption: "The largest changes of confusions.", head: "reference",
      columns: ["recognized as", "baseline, %", "contender, %", "difference, points"], text: [0])
    var cells: [(size: Double, phone: Int, recognized: Int)] = []
    for (phone, changes) in difference.enumerated() {
      for label in changes.indices where changes[label] != 0 {
        cells.append((changes[label].magnitude, phone, label))
      }
    }
    cells.sort { ($1.size, $0.phone, $0.recognized) < ($0.size, $1.phone, $1.recognized) }
    for cell in cells.prefix(8) {
      let (phone, label) = (cell.phone, cell.recognized)
      table.add(
        contenders.report.phones.symbols[phone],
        [
          contenders.report.classes.symbols[label], NumberText.percent(other[phone][label]),
          NumberText.percent(own[phone][label]), NumberText.points(difference[phone][label], 1),
        ])
    }
    return table
  }
}
