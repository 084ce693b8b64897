import ArgumentParser
import Foundation
import Workflows

/// Where settings are said beside the command line, and how they are shown.
struct ConfigurationArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp("Read settings from the JSON that --print-config writes.", valueName: "file"),
    completion: .file())
  var config: String?

  @Flag(help: "Print every setting in force, with where it was said, and do nothing else.")
  var printConfig = false

  /// The settings of flags, environment and file.
  func layers(_ flags: [String: String]) throws(Failure) -> SettingLayers {
    try SettingLayers(
      flags: flags, environment: ProcessInfo.processInfo.environment, configuration: config)
  }
}

extension [String: String] {
  /// Takes the settings that were given.
  mutating func take(_ given: [SettingName: String?]) {
    for (name, text) in given { if let text { self[name.rawValue] = text } }
  }
}
