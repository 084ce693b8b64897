import ArgumentParser
import Foundation
import Glibc

/// When a thing that suits a terminal is shown.
enum Showing: String, ExpressibleByArgument, CaseIterable {
  case auto
  case always
  case never

  func holds(for descriptor: Int32) -> Bool {
    switch self {
    case .auto: Console.isTerminal(descriptor)
    case .always: true
    case .never: false
    }
  }
}

/// How a command speaks: shared by all commands.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Write JSON, and nothing else, to standard output.")
  var json = false

  @Flag(help: "Only errors.")
  var quiet = false

  @Flag(help: "More than usual: the stages' meters, the settings in force.")
  var verbose = false

  @Option(
    help: ArgumentHelp(
      "Progress on standard error: auto redraws a line on a terminal and writes one every ten seconds elsewhere, always redraws it, never shows none.",
      valueName: "when"))
  var progress: Showing = .auto

  @Option(help: ArgumentHelp("Colours; NO_COLOR switches them off too.", valueName: "when"))
  var color: Showing = .auto

  func validate() throws {
    if quiet && verbose { throw ValidationError("--quiet and --verbose exclude each other.") }
  }

  /// Colours on standard error, where messages go.
  var messageStyle: Style { Style(isColored: colors(STDERR_FILENO)) }

  /// Colours on standard output, where tables go.
  var tableStyle: Style { Style(isColored: colors(STDOUT_FILENO)) }

  private func colors(_ descriptor: Int32) -> Bool {
    let environment = ProcessInfo.processInfo.environment
    if color == .auto, !(environment["NO_COLOR"] ?? "").isEmpty || environment["TERM"] == "dumb" {
      return false
    }
    return color.holds(for: descriptor)
  }
}
