/// A matrix as an image with axis labels and a legend.
struct HeatMap {
  /// The labels of an axis.
  enum Labels {
    case names([String])
    /// Round numbers on a scale from the middle of the first cell to that of the last.
    case numbers(first: Double, last: Double)
  }

  var raster: Raster
  var map: ColorMap
  var cellWidth, cellHeight: Double
  var rows: Labels
  var columns: Labels
  var rowTitle: String
  var columnTitle: String
  /// The labels of the legend's ends and its title.
  var legend: (lower: String, upper: String, title: String)
  /// The numbers of rows and columns after which a line is drawn.
  var rowRules: [Int] = []
  var columnRules: [Int] = []

  func drawing() -> Drawing {
    let (left, top) = (38.0, 40.0)
    let (width, height) = (Double(raster.width) * cellWidth, Double(raster.height) * cellHeight)
    let (right, bottom) = (left + width, top + height)
    var drawing = Drawing(width: max(right + 8, 250), height: bottom + 42)
    drawLegend(&drawing, x: left)
    drawing.image(raster, x: left, y: top, width: width, height: height)
    drawing.path(
      "M\(Drawing.number(left)) \(Drawing.number(top))h\(Drawing.number(width))v\(Drawing.number(height))"
        + "h\(Drawing.number(-width))z", "frame")
    drawing.lines(
      rowRules.map { (left, top + Double($0) * cellHeight, right, top + Double($0) * cellHeight) }
        + columnRules.map { (left + Double($0) * cellWidth, top, left + Double($0) * cellWidth, bottom) },
      "rule")
    drawRows(&drawing, left: left, top: top, height: height)
    drawColumns(&drawing, left: left, bottom: bottom, width: width)
    return drawing
  }

  private func drawLegend(_ drawing: inout Drawing, x: Double) {
    drawing.text(legend.title, x: x, y: 10)
    let lower = x + 7 * Double(legend.lower.count) + 5
    drawing.text(legend.lower, x: x, y: 26)
    drawing.image(Raster.legend(map), x: lower, y: 18, width: 80, height: 9)
    drawing.text(legend.upper, x: lower + 85, y: 26)
  }

  private func drawRows(_ drawing: inout Drawing, left: Double, top: Double, height: Double) {
    switch rows {
    case .names(let names):
      for (index, name) in names.enumerated() {
        drawing.text(
          name, x: left - 3, y: top + (Double(index) + 0.5) * cellHeight + 2.5, .end,
          style: "t small")
      }
    case .numbers(let first, let last):
      let y = LinearScale(
        domain: (min(first, last), max(first, last)),
        range: first < last
          ? (top + cellHeight / 2, top + height - cellHeight / 2)
          : (top + height - cellHeight / 2, top + cellHeight / 2))
      let ticks = Ticks(over: (first, last), about: max(2, Int(height / 40)))
      for value in ticks.values where value >= y.domain.lower && value <= y.domain.upper {
        drawing.line(left - 3, y(value), left, y(value), "axis")
        drawing.text(ticks.text(value), x: left - 6, y: y(value) + 3.5, .end)
      }
    }
    drawing.text(rowTitle, x: 9, y: top + height / 2, .middle, turned: true)
  }

  private func drawColumns(_ drawing: inout Drawing, left: Double, bottom: Double, width: Double) {
    switch columns {
    case .names(let names):
      for (index, name) in names.enumerated() {
        drawing.text(
          name, x: left + (Double(index) + 0.5) * cellWidth + 2.5, y: bottom + 3, .end, style: "t small",
          turned: true)
      }
    case .numbers(let first, let last):
      let x = LinearScale(domain: (first, last), range: (left + cellWidth / 2, left + width - cellWidth / 2))
      let ticks = Ticks(over: (first, last), about: max(2, Int(width / 60)))
      for value in ticks.values where value >= first && value <= last {
        drawing.line(x(value), bottom, x(value), bottom + 3, "axis")
        drawing.text(ticks.text(value), x: x(value), y: bottom + 14, .middle)
      }
    }
    drawing.text(columnTitle, x: left + width / 2, y: bottom + 38, .middle)
  }
}
