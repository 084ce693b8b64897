/// A chart of lines and dots over two axes.
struct XYChart {
  struct Series {
    var points: [(x: Double, y: Double)]
    var style: String
    var isDots = false
  }

  var series: [Series]
  var xTitle: String
  var yTitle: String
  /// Values that the axes must include.
  var xIncludes: [Double] = []
  var yIncludes: [Double] = []
  var plotWidth = 270.0
  var plotHeight = 150.0
  /// Whether the x axis ends at the data rather than at a tick.
  var endsAtData = false

  func drawing() -> Drawing {
    let (left, top) = (46.0, 20.0)
    let (right, bottom) = (left + plotWidth, top + plotHeight)
    var drawing = Drawing(width: right + 12, height: bottom + 34)
    let xExtent = extent(xIncludes, \.x)
    let xTicks = Ticks(over: xExtent, about: max(2, Int(plotWidth / 60)))
    let yTicks = Ticks(over: extent(yIncludes, \.y), about: max(2, Int(plotHeight / 36)))
    let xDomain = endsAtData && xExtent.upper > xExtent.lower ? xExtent : (xTicks.lower, xTicks.upper)
    let x = LinearScale(domain: xDomain, range: (left, right))
    let y = LinearScale(domain: (yTicks.lower, yTicks.upper), range: (bottom, top))
    drawing.lines(yTicks.values.map { (left, y($0), right, y($0)) }, "grid")
    for value in yTicks.values {
      drawing.text(yTicks.text(value), x: left - 6, y: y(value) + 3.5, .end)
    }
    for value in xTicks.values where value >= xDomain.0 && value <= xDomain.1 {
      drawing.line(x(value), bottom, x(value), bottom + 3, "axis")
      drawing.text(xTicks.text(value), x: x(value), y: bottom + 14, .middle)
    }
    drawing.line(left, bottom, right, bottom, "axis")
    drawing.text(xTitle, x: left + plotWidth / 2, y: bottom + 29, .middle)
    drawing.text(yTitle, x: 0, y: 10)
    for line in series {
      let points = line.points.filter { $0.x.isFinite && $0.y.isFinite }.map { (x: x($0.x), y: y($0.y)) }
      if line.isDots { drawing.dots(points, line.style) } else { drawing.polyline(points, line.style) }
    }
    return drawing
  }

  private func extent(
    _ includes: [Double], _ axis: KeyPath<(x: Double, y: Double), Double>
  ) -> (lower: Double, upper: Double) {
    var values = includes
    for line in series { values += line.points.map { $0[keyPath: axis] } }
    let finite = values.filter(\.isFinite)
    return (finite.min() ?? 0, finite.max() ?? 1)
  }
}
