import Foundation

/// Links and paths in the pages of the repository that lead nowhere.
struct DocumentLinks {
  func violations(root: URL) throws -> [Violation] {
    let pages =
      try ["README.md", "data-manifests/README.md"]
      + Repository.paths(under: "docs", of: root, endingIn: ["md"])
    return try pages.flatMap { page in
      let folder = URL(fileURLWithPath: page, relativeTo: root).deletingLastPathComponent()
      let text = try Repository.text(of: page, in: root)
      return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().flatMap {
        index, line in
        // [text](path#heading), and `Sources/…` between backticks; NAME is a name of one's own.
        let links = line.matches(of: #/\]\(([^)#:\s]+)(?:#[^)]*)?\)/#).map { (String($0.output.1), folder) }
        let paths = line.matches(of: #/`((?:Sources|Tests|Benchmarks|docs|data-manifests|\.ci)/[^`\s]*)`/#)
          .map { (String($0.output.1), root) }
        return (links + paths).filter { path, base in
          !path.contains("NAME") && !path.contains("*")
            && !FileManager.default.fileExists(atPath: URL(fileURLWithPath: path, relativeTo: base).path)
        }.map { Violation(path: page, line: index + 1, text: "\($0.0) does not exist") }
      }
    }
  }
}
