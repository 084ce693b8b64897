import Signal

/// `fft`: the log power spectrum.
struct Spectrum: FrontEndDefinition {
  let name = "fft"
  let help = "log power spectrum"
  let optionGroups: Set<SharedOptionGroup> = [.window, .preparation, .padding, .scale]
  let ownOptions: [FeatureOption] = []

  func assemble(_ context: inout AssemblyContext) throws(FrontEndError) -> FrontEndAssembly {
    let configuration = context.configuration
    let (usesLog, usesPower) = (configuration.usesLog, configuration.usesPower)
    let plan = try context.plan { () throws(SignalError) in
      try SpectrumPlan(configuration.frameOptions, usesPower: usesPower, usesLog: usesLog)
    }
    let scale = (usesLog ? "log " : "") + (usesPower ? "power" : "magnitude")
    return try context.assembly(
      plan, operations: configuration.spectrumOperations,
      description: [
        "\(scale) spectrum of \(plan.frame.transformSize) points", configuration.frameDescription(),
      ] + configuration.ditherDescription)
  }
}
