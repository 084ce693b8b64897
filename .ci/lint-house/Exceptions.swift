import Foundation

/// The exceptions from the rules, from exceptions.txt beside this file: each with a reason, and needed.
///
///     flags | Sources/Synthesis/Engines/ | options of other programs
///     arrow | Signal: Transform -> Options | why
final class Exceptions {
  private struct Entry {
    let kind: String
    let subject: String
    let line: Int
    var isUsed = false
  }

  static let path = ".ci/lint-house/exceptions.txt"

  private var entries: [Entry] = []

  init(root: URL) throws {
    for (index, line) in try Repository.text(of: Self.path, in: root).split(
      separator: "\n", omittingEmptySubsequences: false
    ).enumerated() where !line.hasPrefix("#") {
      let fields = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      if fields.count == 3 { entries.append(Entry(kind: fields[0], subject: fields[1], line: index + 1)) }
    }
  }

  func allowsFlags(in path: String) -> Bool { allows { $0.kind == "flags" && path.hasPrefix($0.subject) } }

  func allowsArrow(in module: String, from: String, to: String) -> Bool {
    allows { $0.kind == "arrow" && $0.subject == "\(module): \(from) -> \(to)" }
  }

  private func allows(_ matches: (Entry) -> Bool) -> Bool {
    guard let index = entries.firstIndex(where: matches) else { return false }
    entries[index].isUsed = true
    return true
  }

  /// Exceptions that allowed nothing.
  func violations() -> [Violation] {
    entries.filter { !$0.isUsed }.map {
      Violation(path: Self.path, line: $0.line, text: "no longer needed: \($0.kind) \($0.subject)")
    }
  }
}
