/// An SVG picture under construction; styles are classes of the page's style sheet, text is escaped.
struct Drawing {
  let width, height: Double
  private(set) var body = ""

  init(width: Double, height: Double) {
    self.width = width
    self.height = height
  }

  /// The SVG element, with `label` as its description for screen readers.
  func markup(label: String) -> String {
    let (w, h) = (Self.number(width), Self.number(height))
    return "<svg role=\"img\" width=\"\(w)\" height=\"\(h)\" viewBox=\"0 0 \(w) \(h)\" aria-label=\""
      + Markup.escaped(label) + "\">" + body + "</svg>"
  }

  /// The SVG element, hidden from screen readers since the text beside it has the same content.
  var decoration: String {
    let (w, h) = (Self.number(width), Self.number(height))
    return "<svg aria-hidden=\"true\" width=\"\(w)\" height=\"\(h)\" viewBox=\"0 0 \(w) \(h)\">" + body
      + "</svg>"
  }

  mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) {
    path("M\(Self.number(x1)) \(Self.number(y1))L\(Self.number(x2)) \(Self.number(y2))", style)
  }

  /// Draws lines of one style as one path.
  mutating func lines(_ lines: [(x1: Double, y1: Double, x2: Double, y2: Double)], _ style: String) {
    let data = lines.map {
      "M\(Self.number($0.x1)) \(Self.number($0.y1))L\(Self.number($0.x2)) \(Self.number($0.y2))"
    }
    path(data.joined(), style)
  }

  mutating func path(_ data: String, _ style: String) {
    guard !data.isEmpty else { return }
    body += "<path class=\"\(style)\" d=\"\(data)\"/>"
  }

  /// Draws a line through points.
  mutating func polyline(_ points: [(x: Double, y: Double)], _ style: String) {
    guard points.count > 1 else { return }
    var data = ""
    for (index, point) in points.enumerated() {
      data += "\(index == 0 ? "M" : index == 1 ? "L" : " ")\(Self.number(point.x)) \(Self.number(point.y))"
    }
    path(data, style)
  }

  /// Draws dots as very short lines, whose line cap gives them their shape.
  ///
  /// PDF draws no square cap on a line of zero length.
  mutating func dots(_ points: [(x: Double, y: Double)], _ style: String) {
    path(points.map { "M\(Self.number($0.x)) \(Self.number($0.y))h.01" }.joined(), "dot " + style)
  }

  mutating func rectangle(x: Double, y: Double, width: Double, height: Double, _ style: String) {
    guard width > 0, height > 0 else { return }
    body += "<rect class=\"\(style)\" x=\"\(Self.number(x))\" y=\"\(Self.number(y))\""
    body += " width=\"\(Self.number(width))\" height=\"\(Self.number(height))\"/>"
  }

  enum Anchor: String { case start, middle, end }

  /// Draws text; `title` is its tooltip.
  mutating func text(
    _ string: String, x: Double, y: Double, _ anchor: Anchor = .start, style: String = "t",
    turned: Bool = false,
    title: String? = nil
  ) {
    let (px, py) = (Self.number(x), Self.number(y))
    body += "<text class=\"\(style)\" x=\"\(px)\" y=\"\(py)\""
    if anchor != .start { body += " text-anchor=\"\(anchor.rawValue)\"" }
    if turned { body += " transform=\"rotate(-90 \(px) \(py))\"" }
    body += ">"
    if let title { body += "<title>\(Markup.escaped(title))</title>" }
    body += Markup.escaped(string) + "</text>"
  }

  /// Draws a raster stretched over a rectangle, with sharp cells, or blended ones if they are smaller than a
  /// pixel.
  mutating func image(_ raster: Raster, x: Double, y: Double, width: Double, height: Double) {
    guard raster.width > 0, raster.height > 0 else { return }
    let isFine = width < Double(raster.width) || height < Double(raster.height)
    body +=
      "<image class=\"map\(isFine ? " fine" : "")\" preserveAspectRatio=\"none\""
      + " x=\"\(Self.number(x))\" y=\"\(Self.number(y))\""
    body += " width=\"\(Self.number(width))\" height=\"\(Self.number(height))\" href=\"\(raster.dataURI)\"/>"
  }

  /// A coordinate with at most one decimal.
  static func number(_ value: Double) -> String {
    guard value.isFinite, value.magnitude < 1e7 else { return "0" }
    let tenths = Int((value * 10).rounded())
    let (whole, rest) = (tenths.magnitude / 10, tenths.magnitude % 10)
    return (tenths < 0 ? "-" : "") + "\(whole)" + (rest == 0 ? "" : ".\(rest)")
  }
}
