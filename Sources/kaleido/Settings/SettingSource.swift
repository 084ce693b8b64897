import Foundations

/// Where a value was given, as messages name it.
enum SettingSource: Sendable, Equatable {
  case option(String)
  case variable(String)
  case field(String, file: String)

  var origin: SettingOrigin {
    switch self {
    case .option: .flag
    case .variable: .environment
    case .field: .file
    }
  }
}

extension Failure {
  /// A value that cannot be taken, under the name by which it was given.
  init(_ error: SettingError, from source: SettingSource) {
    switch error {
    case .invalidValue(_, let text, let allowed, let suggestion):
      self.init(
        .usage, code: "invalid-value", source, expected: allowed.text, found: text,
        remedy: suggestion.map { "Did you mean \($0)?" })
    case .unknownSetting(_, let known, let suggestion):
      self.init(
        .usage, code: "unknown-option", source,
        expected: suggestion == nil ? "one of \(known.joined(separator: ", "))" : nil,
        remedy: suggestion.map { "Did you mean \($0)?" })
    }
  }

  init(
    _ kind: Kind, code: String, _ source: SettingSource, expected: String? = nil, found: String? = nil,
    remedy: Remedy? = nil
  ) {
    switch source {
    case .option(let name):
      self.init(kind, code: code, subject: "--\(name)", expected: expected, found: found, remedy: remedy)
    case .variable(let name):
      self.init(kind, code: code, subject: name, expected: expected, found: found, remedy: remedy)
    case .field(let name, let file):
      self.init(
        kind, code: code, subject: file, location: "field \(name)", expected: expected, found: found,
        remedy: remedy)
    }
  }
}
