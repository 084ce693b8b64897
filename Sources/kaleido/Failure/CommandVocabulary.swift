import ArgumentParser
import Foundation

/// The options of a command, by which messages name them: a remedy never proposes an option that it lacks.
struct CommandVocabulary: Sendable, Equatable {
  /// The command that is run; nil before it is known.
  @TaskLocal static var current: CommandVocabulary?

  /// Options that help shows, without dashes.
  let options: Set<String>
  /// The name of an output directory that is an operand: `OUT`.
  private let outputOperand: String?

  /// The options of a command, from the parser's own description of it.
  init(of command: any ParsableCommand.Type) {
    struct Description: Decodable {
      struct Command: Decodable { let arguments: [Argument]? }
      struct Argument: Decodable {
        struct Name: Decodable { let name: String }
        let shouldDisplay: Bool
        let names: [Name]?
        let valueName: String?
        let kind: String
      }
      let command: Command
    }
    let json = Data(command._dumpHelp().utf8)
    let arguments = (try? JSONDecoder().decode(Description.self, from: json))?.command.arguments ?? []
    options = Set(arguments.filter(\.shouldDisplay).flatMap { $0.names?.map(\.name) ?? [] })
    outputOperand = arguments.first { $0.kind == "positional" && $0.valueName == "out" }.map { _ in "OUT" }
  }

  /// A text with the output directory as this command names it; nil if it names an option that the command
  /// lacks.
  ///
  /// Options after `kaleido COMMAND` are those of another command.
  func spelling(_ text: String) -> String? {
    var text = Self.optionalParts(of: text) { Self.named(in: $0).allSatisfy(options.contains) }
    if let outputOperand, !options.contains("out") { text = text.replacing("--out", with: outputOperand) }
    return Self.named(in: text).allSatisfy(options.contains) ? text : nil
  }

  /// A text without the brackets around optional parts, and without those parts that are not wanted.
  static func optionalParts(of text: String, where isWanted: (String) -> Bool) -> String {
    text.replacing(#/( ?)\[([^\]]*)\]/#) { match in
      isWanted(String(match.output.2)) ? "\(match.output.1)\(match.output.2)" : ""
    }
  }

  /// The options that a text names, without dashes, but for those of other commands.
  static func named(in text: String) -> [String] {
    let own = text.firstRange(of: #/kaleido [a-z]+/#).map { text[..<$0.lowerBound] } ?? text[...]
    return own.matches(of: #/--([a-z][a-z-]*[a-z])/#).map { String($0.output.1) }
  }
}
