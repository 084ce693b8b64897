/// A fault of a file, as data: its kind, location, and the expected and found values.
///
/// `expected` and `found` contain numbers, field values and short sanitized tokens, never file content.
package struct Finding: Codable, Equatable, Hashable, Sendable {
  /// The consequence of a finding.
  package enum Severity: String, Codable, Sendable {
    /// The utterance is excluded.
    case reject
    /// The utterance is used.
    case warning
  }

  package var severity: Severity
  package var code: FindingCode

  /// The file, relative to the corpus root if there is one, with unprintable characters escaped.
  package var path: String

  /// The header field, manifest field or label column.
  package var field: String?

  /// The line of a text file, counted from 1.
  package var line: Int?
  package var expected: String?
  package var found: String?

  /// The key of the utterance, if it has one.
  package var utterance: String?

  package init(
    _ severity: Severity, _ code: FindingCode, path: String, field: String? = nil, line: Int? = nil,
    expected: String? = nil, found: String? = nil, utterance: String? = nil
  ) {
    self.severity = severity
    self.code = code
    self.path = path
    self.field = field
    self.line = line
    self.expected = expected
    self.found = found
    self.utterance = utterance
  }

  /// The advice to the user.
  package var remedy: String { code.remedy }
}

extension Sequence<Finding> {
  /// The findings that exclude an utterance.
  package var rejections: [Finding] { filter { $0.severity == .reject } }
}
