import Foundations
import Workflows

/// An error message of the argument parser, taken apart: its errors themselves are not public.
///
/// A message of an unknown form keeps its text.
struct ParserMessage {
  let failure: Failure
  /// The lines below: help of the option, usage, where to read more.
  let notes: [String]

  /// - Parameter text: the full message without its label.
  init(_ text: String) {
    let lines = text.split(separator: "\n").map(String.init)
    failure = Self.failure(lines.first ?? text)
    notes = lines.dropFirst().map { line in
      // The name `run` is inserted by the program, not written by the user.
      let line = line.replacing("kaleido preprocess run ", with: "kaleido preprocess ")
      if let match = line.wholeMatch(of: #/Help: +(.*)/#) { return "  help:     \(match.1)" }
      if let match = line.wholeMatch(of: #/Usage: (.*)/#) { return "  usage:    \(match.1)" }
      if let match = line.wholeMatch(of: #/ *See '(.*)' for more information\./#) {
        return "  more:     \(match.1)"
      }
      return line
    }
  }

  private static func failure(_ message: String) -> Failure {
    if let match = message.wholeMatch(of: #/Unknown option '(.+?)'(?:\. Did you mean '(.+)'\?)?/#) {
      let name = String(match.1)
      // The parser also proposes names that have nothing in common, and never its own options.
      let suggestion = NearestName.of(
        name, among: (match.2.map { [String($0)] } ?? []) + ["--help", "--version"])
      return Failure(
        .usage, code: "unknown-option", subject: name, remedy: suggestion.map { "Did you mean \($0)?" })
    }
    if let match = message.wholeMatch(of: #/Missing value for '(\S+)(?: <(.+)>)?'/#) {
      return Failure(
        .usage, code: "missing-value", subject: String(match.1), expected: match.2.map { "<\($0)>" })
    }
    if let match = message.wholeMatch(of: #/Missing expected argument '(.+?)(?: \.\.\.)?'/#) {
      return Failure(.usage, code: "missing-argument", subject: String(match.1))
    }
    if let match = message.wholeMatch(of: #/Unexpected argument '(.*)'/#) {
      return Failure(.usage, code: "unexpected-argument", subject: String(match.1))
    }
    if let match = message.wholeMatch(of: #/\d+ unexpected arguments: '(.*)'/#) {
      return Failure(
        .usage, code: "unexpected-arguments", subject: String(match.1.replacing("', '", with: " ")))
    }
    if let match = message.wholeMatch(
      of: #/The value '(.*)' is invalid for '(\S+).*?'(?:\. Please provide one of (.+)\.)?/#)
    {
      let names = match.3?.replacing("'", with: "").replacing(" or ", with: ", ").replacing(
        " and ", with: ", ")
      return Failure(
        .usage, code: "invalid-value", subject: String(match.2), expected: names.map { "one of \($0)" },
        found: String(match.1))
    }
    if let match = message.wholeMatch(
      of: #/The option '(.+)' does not take any value, but '(.*)' was specified\./#)
    {
      return Failure(
        .usage, code: "unexpected-value", subject: String(match.1), expected: "no value",
        found: String(match.2))
    }
    return Failure(.usage, code: "", subject: message)
  }
}
