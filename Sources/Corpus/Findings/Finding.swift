/// Something wrong with one file, as data: what, where, what was expected and what was found.
///
/// `expected` and `found` hold numbers, field values and short sanitised tokens, never content of foreign files.
package struct Finding: Codable, Equatable, Hashable, Sendable {
  /// What a finding costs.
  package enum Severity: String, Codable, Sendable {
    /// The utterance is left out.
    case reject
    /// The utterance is used.
    case warning
  }

  package var severity: Severity
  package var code: FindingCode

  /// The file, relative to the corpus root where there is one; characters that do not print are escaped.
  package var path: String

  /// The header field, manifest field or label column.
  package var field: String?

  /// The line of a text file, from 1.
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

  /// What to do about it.
  package var remedy: String { code.remedy }
}

extension Sequence<Finding> {
  /// The findings that cost an utterance.
  package var rejections: [Finding] { filter { $0.severity == .reject } }
}
