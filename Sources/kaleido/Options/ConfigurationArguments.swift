import ArgumentParser
import Foundation

/// Where settings are given beside the command line, and how they are shown.
struct ConfigurationArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp("Read settings from the JSON that --print-config writes.", valueName: "file"),
    completion: .file())
  var config: String?

  @Flag(help: "Print every setting in force, with where it was set, and do nothing else.")
  var printConfig = false

  /// The settings of command line, environment and file.
  ///
  /// - Parameter sections: what the command line sets, by setting name.
  func layers(_ sections: [String: String]...) throws(Failure) -> SettingLayers { try layers(sections) }

  func layers(_ sections: [[String: String]]) throws(Failure) -> SettingLayers {
    try SettingLayers(
      sections.reduce(into: [:]) { $0.merge($1) { first, _ in first } }, configuration: config)
  }
}

extension SettingLayers {
  /// The settings of command line, environment and, where there is one, file.
  init(_ flags: [String: String], configuration: String? = nil) throws(Failure) {
    try self.init(
      flags: flags, environment: ProcessInfo.processInfo.environment, configuration: configuration)
  }
}
