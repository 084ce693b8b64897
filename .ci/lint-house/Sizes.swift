import Foundation

/// Files and lines that are too long.
struct Sizes {
  static let lines = 400
  static let columns = 110

  func violations(root: URL) throws -> [Violation] {
    let extensions: Set = ["swift", "c", "h", "cc", "py"]
    let paths =
      try ["Sources", "Tests", "Benchmarks", "data-manifests", ".ci"].flatMap {
        try Repository.paths(under: $0, of: root, endingIn: extensions)
      } + ["Package.swift"]
    return try paths.flatMap { path in
      var violations: [Violation] = []
      var lines = try Repository.text(of: path, in: root)
        .split(separator: "\n", omittingEmptySubsequences: false)
      if lines.last?.isEmpty == true { lines.removeLast() }
      if lines.count > Self.lines {
        violations.append(Violation(path: path, text: "\(lines.count) lines, more than \(Self.lines)"))
      }
      for (index, line) in lines.enumerated() where line.count > Self.columns {
        violations.append(
          Violation(path: path, line: index + 1, text: "\(line.count) columns, more than \(Self.columns)"))
      }
      return violations
    }
  }
}
