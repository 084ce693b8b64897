/// Circles between the folders of a module: A names types of B, and B, perhaps through others, types of A.
///
/// Files beside the folders do not count: a module's errors name types of every folder, and are named by all.
struct FolderCircles {
  private struct Arrow: Hashable {
    let from: String
    let to: String
  }

  let exceptions: Exceptions

  func violations(in repository: Repository) -> [Violation] {
    repository.modules.flatMap { violations(in: $0) }
  }

  private func violations(in module: Repository.Module) -> [Violation] {
    // A name that several folders declare, or the using one in another type, belongs to whoever uses it.
    var owners: [String: Set<String>] = [:]
    var local: [String: Set<String>] = [:]
    for file in module.files {
      for type in file.source.declaredTypes { owners[type, default: []].insert(file.folder) }
      local[file.folder, default: []].formUnion(file.source.allDeclaredTypes)
    }
    var uses: [Arrow: [String]] = [:]
    for file in module.files {
      for identifier in file.source.identifiers {
        guard let owner = owners[identifier.text], owner.count == 1, let to = owner.first, to != file.folder,
          !to.isEmpty, !file.folder.isEmpty, local[file.folder]?.contains(identifier.text) != true
        else { continue }
        uses[Arrow(from: file.folder, to: to), default: []]
          .append("\(file.path):\(identifier.line): \(identifier.text)")
      }
    }
    for arrow in uses.keys where exceptions.allowsArrow(in: module.name, from: arrow.from, to: arrow.to) {
      uses[arrow] = nil
    }
    let reachable = Self.closure(of: Set(uses.keys))
    let inCircles = uses.filter { reachable.contains(Arrow(from: $0.key.to, to: $0.key.from)) }
    return inCircles.sorted { ($0.key.from, $0.key.to) < ($1.key.from, $1.key.to) }.map { arrow, places in
      let shown = places.prefix(4).joined(separator: "\n    ")
      return Violation(
        path: "Sources/\(module.name)",
        text: """
          \(arrow.from) → \(arrow.to) is part of a circle (\(places.count) uses)
              \(shown)
          """)
    }
  }

  /// Warshall's algorithm: arrows for all paths.
  private static func closure(of arrows: Set<Arrow>) -> Set<Arrow> {
    var result = arrows
    let folders = Set(arrows.flatMap { [$0.from, $0.to] })
    for middle in folders {
      for from in folders where result.contains(Arrow(from: from, to: middle)) {
        for to in folders where result.contains(Arrow(from: middle, to: to)) {
          result.insert(Arrow(from: from, to: to))
        }
      }
    }
    return result
  }
}
