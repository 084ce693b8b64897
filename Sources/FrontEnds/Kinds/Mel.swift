import Signal

/// `mel`: Kaldi's log mel filter bank; with `time=dct` a Hamming-windowed DCT over time after it, the control
/// of `kaleidoscope-time`.
struct Mel: FrontEndDefinition {
  /// A transform over time after the filter bank.
  enum Time: String, Sendable, CaseIterable {
    case none
    /// The first 11 outputs of a Hamming-windowed DCT-II over 32 frames.
    case dct
  }

  static let time = OptionKey<Time>.choice(
    "time", default: .none, help: "Transform over 32 frames of each bin, 11 outputs of it.")

  let name = "mel"
  let help = "log mel filter bank"
  let optionGroups: Set<SharedOptionGroup> = [
    .window, .preparation, .padding, .melRange, .mel, .energy, .scale,
  ]
  let ownOptions = [time.option]

  func holdsContext(_ configuration: FeatureConfiguration) -> Bool { configuration[Self.time] != .none }

  func assemble(_ context: inout AssemblyContext) throws(FrontEndError) -> FrontEndAssembly {
    let configuration = context.configuration
    let plan = try context.plan { () throws(SignalError) in
      try FilterBankPlan(configuration.filterBankOptions)
    }
    var result = try context.assembly(
      plan, operations: try context.melOperations().total,
      description: [
        (configuration.usesLog ? "log of " : "") + configuration.melDescription,
        configuration.frameDescription(),
      ] + (configuration.energy.isUsed ? ["energy"] : []) + configuration.ditherDescription)
    if configuration[Self.time] == .dct {
      try result.normalizeMean(context)
      result.addFixedTime(outputs: TimeTransformLayer.learnedOutputs)
    }
    return result
  }
}
