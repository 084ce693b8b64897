/// A dot plot: one line of marks per category, one below the other, over a common axis.
struct CategoryChart {
  /// Dots of one style.
  struct Dots {
    var values: [Double]
    var style: String
  }

  struct Item {
    var label: String
    /// Drawn in order, so the last is on top.
    var dots: [Dots] = []
    /// A line between two values.
    var bar: (from: Double, to: Double, style: String)?
  }

  var items: [Item]
  var axisTitle: String
  /// Values that the axis must include.
  var includes: [Double] = []
  /// A line through all categories.
  var reference: Double?
  var labelWidth = 110.0
  var plotWidth = 206.0
  var itemHeight = 18.0
  /// The maximum length of labels in characters; 0 omits labels.
  var labelLimit = Self.labelLimit

  /// The label length that fits on a narrow page.
  static let labelLimit = 19

  func drawing() -> Drawing {
    let top = 6.0
    let bottom = top + Double(items.count) * itemHeight
    var drawing = Drawing(width: labelWidth + plotWidth + 14, height: bottom + 36)
    let ticks = Ticks(over: extent, about: max(2, Int(plotWidth / 50)))
    let x = LinearScale(domain: (ticks.lower, ticks.upper), range: (labelWidth, labelWidth + plotWidth))
    drawing.lines(ticks.values.map { (x($0), top, x($0), bottom) }, "grid")
    for value in ticks.values {
      drawing.text(ticks.text(value), x: x(value), y: bottom + 13, .middle)
    }
    drawing.line(labelWidth, bottom, labelWidth + plotWidth, bottom, "axis")
    drawing.text(axisTitle, x: labelWidth + plotWidth / 2, y: bottom + 29, .middle)
    if let reference { drawing.line(x(reference), top, x(reference), bottom, "zero") }
    for (index, item) in items.enumerated() {
      let y = top + (Double(index) + 0.5) * itemHeight
      if labelLimit > 0 {
        let short = item.label.shortened(to: labelLimit)
        drawing.text(
          short, x: labelWidth - 8, y: y + 3.5, .end, title: short == item.label ? nil : item.label)
      }
    }
    drawMarks(&drawing, x) { top + (Double($0) + 0.5) * itemHeight }
    return drawing
  }

  /// Draws the marks of each style as one path, so that a page with many charts stays small and opens fast.
  private func drawMarks(_ drawing: inout Drawing, _ x: LinearScale, y: (Int) -> Double) {
    var bars: [(style: String, lines: [(x1: Double, y1: Double, x2: Double, y2: Double)])] = []
    var marks: [(style: String, points: [(x: Double, y: Double)])] = []
    for (index, item) in items.enumerated() {
      if let bar = item.bar {
        let line = (x(bar.from), y(index), x(bar.to), y(index))
        if let same = bars.firstIndex(where: { $0.style == bar.style }) {
          bars[same].lines.append(line)
        } else {
          bars.append((bar.style, [line]))
        }
      }
      for dots in item.dots {
        let points = dots.values.filter(\.isFinite).map { (x: x($0), y: y(index)) }
        if let same = marks.firstIndex(where: { $0.style == dots.style }) {
          marks[same].points += points
        } else {
          marks.append((dots.style, points))
        }
      }
    }
    for bar in bars { drawing.lines(bar.lines, bar.style) }
    for mark in marks { drawing.dots(mark.points, mark.style) }
  }

  private var extent: (lower: Double, upper: Double) {
    var values = includes
    for item in items {
      values += item.dots.flatMap(\.values)
      if let bar = item.bar { values += [bar.from, bar.to] }
    }
    if let reference { values.append(reference) }
    let finite = values.filter(\.isFinite)
    return (finite.min() ?? 0, finite.max() ?? 1)
  }
}
