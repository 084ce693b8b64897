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
    return text + ". \(remedy(finding.code).text(for: .current) ?? finding.remedy)"
  }

  /// The remedy, with the option where there is one.
  static func remedy(_ code: FindingCode) -> Remedy {
    switch code {
    case .channels: Remedy(["give --channel to take one channel", "split the file into mono files"])
    case .rateMismatch:
      Remedy([
        "give --sample-rate", "resample the audio and its labels together (labels count samples)",
      ])
    case .pathOutside: Remedy(["copy the file into the corpus", "give --root so that the root holds it"])
    default: Remedy(code.remedy)
    }
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
