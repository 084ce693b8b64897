import Foundation

/// Tests whose name is no sentence, and files of tests without a suite of their name.
struct TestNames {
  func violations(root: URL) throws -> [Violation] {
    try Repository.paths(under: "Tests", of: root, endingIn: ["swift"]).flatMap { path -> [Violation] in
      let text = try Repository.text(of: path, in: root)
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      var violations: [Violation] = []
      for (index, line) in lines.enumerated() where line.contains(#/^\s*@Test\b/#) {
        if !Self.isSentence(lines[index...].prefix(8).joined(separator: "\n")) {
          violations.append(Violation(path: path, line: index + 1, text: "a test whose name is no sentence"))
        }
      }
      let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
      let holdsTests = lines.contains { $0.contains(#/^\s*@Test\b/#) }
      if holdsTests, try !text.contains(Regex("(?m)^(@.* )?(final )?(struct|class|enum) \(name)\\b")) {
        violations.append(Violation(path: path, text: "no suite of its name"))
      }
      return violations
    }
  }

  /// Whether a test has a title, or a function between backticks.
  private static func isSentence(_ test: String) -> Bool {
    if test.contains(#/^\s*@Test\(\s*"/#) { return true }
    guard let function = test.firstMatch(of: #/\bfunc (.)/#) else { return true }
    return function.output.1 == "`"
  }
}
