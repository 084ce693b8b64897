import Corpus

/// A finding as one line: where, what, expected and found, and the remedy.
enum FindingText {
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
    return text + ". \(finding.remedy)"
  }
}
