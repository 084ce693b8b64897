import Signal

/// `mfcc`: Kaldi's mel frequency cepstral coefficients.
struct MFCC: FrontEndDefinition {
  static let cepstra = OptionKey.integer(
    "cepstra", 1...65_536, default: MFCCOptions().cepstra, help: "Number of cepstra, the first included.")
  static let lifter = OptionKey.real(
    "cepstral-lifter", 0...1_000_000, default: MFCCOptions().lifter,
    help: "Constant that scales the higher cepstra; 0 is none.")

  let name = "mfcc"
  let help = "mel frequency cepstral coefficients"
  let optionGroups: Set<SharedOptionGroup> = [.window, .preparation, .padding, .melRange, .mel, .energy]
  let ownOptions = [cepstra.option, lifter.option]

  func configuration(_ preset: FeaturePreset) -> FeatureConfiguration {
    let options = preset.mfcc
    var configuration = FeatureConfiguration()
    configuration.setFrame(options.frame)
    (configuration.mel, configuration.energy) = (options.mel, options.energy)
    configuration[Self.cepstra] = options.cepstra
    configuration[Self.lifter] = options.lifter
    return configuration
  }

  func assemble(_ context: inout AssemblyContext) throws(FrontEndError) -> FrontEndAssembly {
    let configuration = context.configuration
    var options = MFCCOptions()
    options.frame = configuration.frameOptions
    options.mel = configuration.mel
    options.energy = configuration.energy
    options.cepstra = configuration[Self.cepstra]
    options.lifter = configuration[Self.lifter]
    let plan = try context.plan { () throws(SignalError) in try MFCCPlan(options) }
    let mel = try context.melOperations()
    return try context.assembly(
      plan, operations: mel.total + 2 * options.cepstra * mel.bins,
      description: [
        "\(options.cepstra) cepstra of \(configuration.melDescription)", configuration.frameDescription(),
      ] + (configuration.energy.isUsed ? ["energy"] : []) + configuration.ditherDescription)
  }
}
