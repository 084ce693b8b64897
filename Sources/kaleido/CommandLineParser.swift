import ArgumentParser
import Files
import Foundations
import Workflows

/// Command lines to commands, and the parser's errors to failures.
enum CommandLineParser {
  /// - Throws: ``Failure`` for a command that does not exist, or an error of the parser.
  static func parse(_ arguments: [String]) throws -> any ParsableCommand {
    let arguments = spelledOut(arguments)
    if let unknown = unknownCommand(in: arguments) { throw unknown }
    guard arguments.contains(where: { $0.hasPrefix("--generate-completion-script") }) else {
      return try Kaleido.parseAsRoot(arguments)
    }
    do {
      return try CompletedKaleido.parseAsRoot(arguments)
    } catch  where CompletedKaleido.exitCode(for: error).isSuccess {
      // The script is the message of an error, made for the root that is asked.
      throw CleanExit.message(CompletedKaleido.fullMessage(for: error))
    }
  }

  /// Inserts `run` after `preprocess` where no other of its commands is named, in `help` too: the family
  /// itself takes no options, and its help would show none.
  private static func spelledOut(_ arguments: [String]) -> [String] {
    guard let index = arguments.firstIndex(where: { !$0.hasPrefix("-") }) else { return arguments }
    if arguments[index] == "help" {
      return spelledOut(Array(arguments[..<index] + arguments[(index + 1)...]) + ["--help"])
    }
    guard arguments[index] == PreprocessCommand.configuration.commandName else { return arguments }
    let rest = arguments[(index + 1)...]
    if let next = rest.first, PreprocessCommand.configuration.subcommandNames.contains(next) {
      return arguments
    }
    let run = Array(arguments[...index]) + [PreprocessRunCommand.name]
    return run + (rest.isEmpty ? ["--help"] : Array(rest))
  }

  // MARK: Commands that do not exist

  /// The failure of the first command that does not exist, with the nearest that does.
  private static func unknownCommand(in arguments: [String]) -> Failure? {
    var command: any ParsableCommand.Type = Kaleido.self
    for (index, argument) in arguments.enumerated() {
      let configuration = command.configuration
      guard !argument.hasPrefix("-"), !configuration.subcommands.isEmpty else { break }
      guard let next = configuration.subcommands.first(where: { $0.configuration.commandName == argument })
      else { return unknown(argument, among: configuration.subcommandNames) }
      if next == PreprocessRunCommand.self { return misspelled(Array(arguments[(index + 1)...])) }
      command = next
    }
    return nil
  }

  /// The failure of a corpus that does not exist but has almost the name of a command of `preprocess`.
  private static func misspelled(_ arguments: [String]) -> Failure? {
    let names = PreprocessCommand.configuration.subcommandNames.filter { $0 != PreprocessRunCommand.name }
    guard let first = arguments.first, !first.hasPrefix("-"), NearestName.of(first, among: names) != nil,
      !FileStatus.exists(first)
    else { return nil }
    return unknown(first, among: names)
  }

  private static func unknown(_ name: String, among names: [String]) -> Failure {
    let suggestion = NearestName.of(name, among: names)
    return Failure(
      .usage, code: "unknown-command", subject: name,
      expected: suggestion == nil ? "one of \(names.joined(separator: ", "))" : nil,
      remedy: suggestion.map { "Did you mean \($0)?" })
  }
}

extension CommandConfiguration {
  fileprivate var subcommandNames: [String] { subcommands.compactMap { $0.configuration.commandName } }
}
