import ArgumentParser
import Foundation
import Glibc

/// When something is shown that suits a terminal.
enum DisplayMode: String, ExpressibleByArgument, CaseIterable {
  case auto
  case always
  case never

  func isActive(on descriptor: Int32) -> Bool {
    switch self {
    case .auto: Console.isTerminal(descriptor)
    case .always: true
    case .never: false
    }
  }
}

/// The form of output and messages: options of all commands.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Write JSON, and nothing else, to standard output.")
  var json = false

  @Flag(help: "Only errors.")
  var quiet = false

  @Flag(help: "More than usual: the stages' meters, the settings in force.")
  var verbose = false

  @Option(
    help: ArgumentHelp(
      "Progress on standard error: auto redraws a line on a terminal and writes one every ten "
        + "seconds elsewhere, always redraws it, never shows none.",
      valueName: "when"))
  var progress: DisplayMode = .auto

  @Option(help: ArgumentHelp("Colors; NO_COLOR switches them off too.", valueName: "when"))
  var color: DisplayMode = .auto

  func validate() throws {
    if quiet && verbose { throw ValidationError("--quiet and --verbose exclude each other.") }
  }

  /// Colors on standard error, where messages go.
  var messageStyle: Style { Style(isColored: colors(STDERR_FILENO)) }

  /// Colors on standard output, where tables go.
  var tableStyle: Style { Style(isColored: colors(STDOUT_FILENO)) }

  private func colors(_ descriptor: Int32) -> Bool {
    color == .auto ? Style.isColored(by: descriptor) : color.isActive(on: descriptor)
  }
}

extension Style {
  /// Whether text on a descriptor is colored where no option decides it.
  fileprivate static func isColored(by descriptor: Int32) -> Bool {
    let environment = ProcessInfo.processInfo.environment
    if !(environment["NO_COLOR"] ?? "").isEmpty || environment["TERM"] == "dumb" { return false }
    return DisplayMode.auto.isActive(on: descriptor)
  }

  /// The style of messages before the options are known.
  static var ofMessages: Style { Style(isColored: isColored(by: STDERR_FILENO)) }
}
