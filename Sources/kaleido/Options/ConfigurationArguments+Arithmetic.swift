import ArgumentParser
import Foundation
import Signal
import Workflows

/// A command that computes with the vector unit that its settings name.
protocol ComputingCommand {
  /// The vector unit that is named; nil for the best of the machine.
  var vectorUnit: VectorUnit? { get throws(Failure) }
}

// Beside the layers, not a group around them: debug builds of the parser check each level of groups several
// times.
extension ConfigurationArguments {
  /// The settings of command line, environment and file; the arithmetic is fixed by them, before any front
  /// end is made.
  ///
  /// - Parameter sections: what the command line sets beside the arithmetic, by setting name.
  func layers(
    _ arithmetic: SettingOptions<ArithmeticSection>, _ sections: [String: String]...
  ) throws(Failure) -> SettingLayers {
    var layers = try layers(sections + [arithmetic.values])
    try ArithmeticOptions(&layers).use()
    return layers
  }

  /// The vector unit that is named; nil for the best of the machine.
  func vectorUnit(_ arithmetic: SettingOptions<ArithmeticSection>) throws(Failure) -> VectorUnit? {
    var layers = try layers([arithmetic.values])
    return try ArithmeticOptions(&layers).vectorUnit
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
