/// String literals that name an option of the command line below the target that has one.
struct FlagTexts {
  static let commandLine = "kaleido"

  let exceptions: Exceptions

  func violations(in repository: Repository) -> [Violation] {
    let flag = #/(?:^|[^-\w])(--[a-z][a-z-]+)/#
    return repository.modules.filter { $0.name != Self.commandLine }.flatMap(\.files).flatMap { file in
      file.source.literals.compactMap { literal in
        guard let match = literal.text.firstMatch(of: flag), !exceptions.allowsFlags(in: file.path) else {
          return nil
        }
        return Violation(
          path: file.path, line: literal.line, text: "names the option \(match.output.1)")
      }
    }
  }
}
