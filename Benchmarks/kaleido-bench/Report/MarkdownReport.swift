/// A report as Markdown.
struct MarkdownReport {
  let report: BenchmarkReport

  var text: String {
    var lines = ["# kaleido-bench", ""]
    lines += report.machine.lines.map { "- " + $0 }
    for section in report.sections {
      lines += ["", "## \(section.title)", ""]
      lines += section.conditions.map { "- " + $0 }
      lines += ["", Self.header, Self.rule]
      lines += section.figures.map(Self.row)
      let notes = section.figures.compactMap { figure in figure.note.map { "- \(figure.item): \($0)" } }
      if !notes.isEmpty { lines += [""] + notes }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static let header =
    "| measured | unit | ours: median (min to max) | peer | peer: median (min to max) | runs | ratio |"
    + " target | met |"
  private static let rule = "| --- | --- | ---: | --- | ---: | ---: | ---: | ---: | --- |"

  private static func row(_ figure: Figure) -> String {
    let ratio = figure.ratio.map { number($0) + (figure.ratioMeaning.map { " (\($0))" } ?? "") } ?? ""
    let target = figure.target.map { target in
      target.bound.rawValue + " " + number(target.value) + (target.unit.isEmpty ? "" : " " + target.unit)
    }
    let cells = [
      figure.item, figure.unit, spread(figure.ours), figure.peer?.name ?? "",
      figure.peer.map { spread($0.summary) } ?? "", String(figure.ours.runs), ratio, target ?? "",
      figure.target.map { $0.isMet ? "yes" : "**no**" } ?? "",
    ]
    return "| " + cells.joined(separator: " | ") + " |"
  }

  private static func spread(_ summary: Summary) -> String {
    guard summary.runs > 1 else { return number(summary.median) }
    return "\(number(summary.median)) (\(number(summary.minimum)) to \(number(summary.maximum)))"
  }

  /// A number with three significant digits below 1000, rounded with separators above; the same in every
  /// locale.
  static func number(_ value: Double) -> String {
    guard value.isFinite else { return "\(value)" }
    let magnitude = abs(value)
    if magnitude == 0 { return "0" }
    if magnitude < 1e-2 { return scientific(value) }
    if magnitude < 1000 {
      let digits = magnitude < 1 ? 3 : magnitude < 10 ? 2 : magnitude < 100 ? 1 : 0
      return fixed(value, digits: digits)
    }
    let whole = String(Int(value.rounded()).magnitude)
    var grouped = ""
    for (index, digit) in whole.enumerated() {
      if index > 0 && (whole.count - index) % 3 == 0 { grouped.append(",") }
      grouped.append(digit)
    }
    return (value < 0 ? "-" : "") + grouped
  }

  /// A number without rounding: "3.5", "600".
  static func plain(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
  }

  private static func fixed(_ value: Double, digits: Int) -> String {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let scaled = Int((abs(value) * scale).rounded())
    let sign = value < 0 ? "-" : ""
    guard digits > 0 else { return sign + String(scaled) }
    let fraction = String(scaled % Int(scale))
    return sign + String(scaled / Int(scale)) + "." + String(repeating: "0", count: digits - fraction.count)
      + fraction
  }

  private static func scientific(_ value: Double) -> String {
    var exponent = 0
    var mantissa = value
    while abs(mantissa) < 1 {
      mantissa *= 10
      exponent -= 1
    }
    return fixed(mantissa, digits: 1) + "e" + String(exponent)
  }
}
