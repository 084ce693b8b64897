import Corpus
import Glibc
import Workflows

/// Failures as text for people.
enum FailureText {
  /// The lines of a failure and of notes below it.
  static func text(of failure: Failure, style: Style, notes: [String] = []) -> String {
    (lines(for: failure, style: style) + notes).joined(separator: "\n") + "\n"
  }

  private static func lines(for failure: Failure, style: Style) -> [String] {
    let vocabulary = CommandVocabulary.current
    let subject = vocabulary?.spelling(failure.subject) ?? failure.subject
    var head = "\(style.red("error:")) \(subject)"
    if let location = failure.location { head += " (\(location))" }
    if !failure.code.isEmpty { head += ": \(failure.code)" }
    var lines = [head]
    if let number = failure.errorNumber { lines.append("  the system says: \(systemText(number))") }
    if let expected = failure.expected { lines.append("  expected: \(expected)") }
    if let found = failure.found { lines.append("  found:    \(found)") }
    for difference in failure.differences {
      lines.append("  \(difference.field): \(difference.held) there, \(difference.wanted) asked for")
    }
    if let remedy = failure.remedy?.text(for: vocabulary) {
      lines.append("  \(style.bold("remedy:")) \(remedy)")
    }
    for finding in failure.findings {
      let mark = finding.severity == .reject ? style.red("rejected:") : style.yellow("warning:")
      lines.append("\(mark) \(FindingText.line(finding))")
    }
    return lines
  }

  private static func systemText(_ number: Int32) -> String {
    guard let text = strerror(number) else { return "error \(number)" }
    return "\(String(cString: text)) (errno \(number))"
  }
}
