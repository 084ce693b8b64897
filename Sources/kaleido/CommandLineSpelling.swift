import ArgumentParser

/// The one place that decides what a command line stands for before it is parsed.
enum CommandLineSpelling {
  /// `preprocess` stands for `preprocess run` wherever no other of its commands is named, in `help` too: the family itself
  /// takes no options, and its help would show none.
  static func spelledOut(_ arguments: [String]) -> [String] {
    guard let place = arguments.firstIndex(where: { !$0.hasPrefix("-") }) else { return arguments }
    if arguments[place] == "help" {
      // The same as --help, which knows what the words after it stand for.
      return spelledOut(Array(arguments[..<place] + arguments[(place + 1)...]) + ["--help"])
    }
    guard arguments[place] == PreprocessCommand.configuration.commandName else { return arguments }
    let rest = arguments[(place + 1)...]
    let names = PreprocessCommand.configuration.subcommands.compactMap { $0.configuration.commandName }
    if let next = rest.first, names.contains(next) { return arguments }
    let run = Array(arguments[...place]) + [PreprocessRunCommand.name]
    return run + (rest.isEmpty ? ["--help"] : Array(rest))
  }

  /// The parser's message with commands named as they are written.
  static func asWritten(_ message: String) -> String {
    message.replacing("See 'kaleido preprocess run ", with: "See 'kaleido preprocess ")
  }
}
