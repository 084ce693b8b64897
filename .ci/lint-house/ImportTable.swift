import Foundation

/// The table of targets in docs/architecture.md: what each may import.
struct ImportTable {
  static let path = "docs/architecture.md"

  /// The names in the last column, by the names in the first.
  private(set) var imports: [String: Set<String>] = [:]

  init(root: URL) throws {
    var isInTable = false
    for line in try Repository.text(of: Self.path, in: root).split(
      separator: "\n", omittingEmptySubsequences: false)
    {
      guard line.hasPrefix("|") else {
        isInTable = false
        continue
      }
      let cells = line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
        .map { $0.trimmingCharacters(in: .whitespaces) }
      if cells.first == "target", cells.last == "imports" {
        isInTable = true
      } else if isInTable, let first = cells.first, let last = cells.last {
        for target in Self.names(in: first) { imports[target, default: []].formUnion(Self.names(in: last)) }
      }
    }
  }

  /// The names between backticks.
  private static func names(in cell: String) -> [String] {
    cell.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .filter { !$0.offset.isMultiple(of: 2) }.map { String($0.element) }
  }

  /// Compares the imports of every module, and the dependencies in Package.swift, with the table.
  func violations(in repository: Repository) throws -> [Violation] {
    var violations: [Violation] = []
    let known = Set(imports.keys).union(imports.values.flatMap { $0 })
    let declared = try Self.declaredDependencies(root: repository.root)
    for module in repository.modules {
      guard let allowed = imports[module.name] else {
        violations.append(Violation(path: Self.path, text: "the table has no row for \(module.name)"))
        continue
      }
      var used: Set<String> = []
      for file in module.files {
        for (name, line) in file.source.imports where known.contains(name) {
          used.insert(name)
          if !allowed.contains(name) {
            violations.append(
              Violation(
                path: file.path, line: line,
                text: "\(module.name) imports \(name), which its row in \(Self.path) does not name"))
          }
        }
      }
      for name in allowed.subtracting(used).sorted() {
        violations.append(
          Violation(
            path: Self.path, text: "the row of \(module.name) names \(name), which no file of it imports"))
      }
      let dependencies = declared[module.name] ?? []
      for name in dependencies.symmetricDifference(allowed).sorted() {
        violations.append(
          Violation(
            path: "Package.swift",
            text: "\(module.name) and \(name): the dependencies differ from the row in \(Self.path)"))
      }
    }
    return violations
  }

  /// The dependencies of each target in Package.swift, targets and products alike.
  private static func declaredDependencies(root: URL) throws -> [String: Set<String>] {
    let manifest = try Repository.text(of: "Package.swift", in: root)
    var result: [String: Set<String>] = [:]
    let target =
      #/
      (?:\.(?:target|executableTarget)\(\s*name:\s|\bmodule\(\s*)"([^"]+)"
      (?:,\s*(?:dependencies|imports):\s\[([^\]]*)\])?
      /#
    for match in manifest.matches(of: target) {
      let list = String(match.output.2 ?? "").replacing(#/package: "[^"]*"/#, with: "")
      result[String(match.output.1), default: []].formUnion(
        list.matches(of: #/"([^"]+)"/#).map { String($0.output.1) })
    }
    return result
  }
}
