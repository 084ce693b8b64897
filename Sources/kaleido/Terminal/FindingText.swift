import Corpus

/// Findings as lines for people.
enum FindingText {
  /// The number of findings, utterances or shards that are listed before the rest is counted.
  static let listLimit = 20

  /// Location, code, expected and found, and the remedy in one line.
  static func line(_ finding: Finding) -> String {
    var text = ""
    if let key = finding.utterance { text += "\(key): " }
    text += finding.path.isEmpty ? "the corpus" : finding.path
    if let line = finding.line { text += ":\(line)" }
    text += ": \(finding.code.rawValue)"
    if let field = finding.field { text += " (\(field))" }
    var parts: [String] = []
    if let expected = finding.expected { parts.append("expected \(expected)") }
    if let found = finding.found { parts.append("found \(found)") }
    if !parts.isEmpty { text += ": " + parts.joined(separator: ", ") }
    return text + ". \(finding.commandLineRemedy.text(for: .current) ?? finding.remedy)"
  }

  /// Prints findings on standard error, all of them with `--verbose`.
  ///
  /// - Parameter rest: where those that are not printed are found.
  static func print(_ findings: [Finding], mark: String, rest: String, _ output: OutputOptions) {
    let most = output.verbose ? Int.max : listLimit
    for finding in findings.prefix(most) { Console.error("\(mark) \(line(finding))\n") }
    if findings.count > most { Console.error("\(mark) \(findings.count - most) more; \(rest)\n") }
  }
}
