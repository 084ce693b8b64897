import ArgumentParser
import Foundation
import Signal
import Workflows

/// A command that computes with the vector unit that its settings name.
protocol ComputingCommand {
  /// The vector unit that is named; nil for the best of the machine.
  var vectorUnit: VectorUnit? { get throws(Failure) }
}

/// The settings of the arithmetic, and the layers of which they are a part.
struct ArithmeticArguments: ParsableArguments {
  @OptionGroup var configuration: ConfigurationArguments
  @OptionGroup var settings: SettingOptions<ArithmeticSection>

  var printConfig: Bool { configuration.printConfig }

  /// The settings of command line, environment and file; the arithmetic is fixed by them, before any front
  /// end is made.
  ///
  /// - Parameter sections: what the command line sets beside the arithmetic, by setting name.
  func layers(_ sections: [String: String]...) throws(Failure) -> SettingLayers {
    var layers = try configuration.layers(sections + [settings.values])
    try ArithmeticOptions(&layers).use()
    return layers
  }

  var vectorUnit: VectorUnit? {
    get throws(Failure) {
      var layers = try configuration.layers([settings.values])
      return try ArithmeticOptions(&layers).vectorUnit
    }
  }
}

extension ArithmeticOptions {
  init(_ layers: inout SettingLayers) throws(Failure) {
    self.init()
    try layers.apply(Self.settings, to: &self)
  }

  /// Fixes the arithmetic of the process, before anything is computed.
  func use() throws(Failure) {
    do { try vectorUnit?.use() } catch { throw Failure(error) }
  }
}
