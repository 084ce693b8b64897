import Signal

/// `mel-pooled`: the power spectrum, learned mel filters, and compression.
struct MelPooled: FrontEndDefinition {
  let name = "mel-pooled"
  let help = "mel filter bank whose filters are learned"
  let optionGroups: Set<SharedOptionGroup> = [.window, .preparation, .padding, .melRange, .mel]
  let ownOptions = [
    LearningOptions.isFixed.option, Pooling.band.option, Compression.choice.option, Pooling.rate.option,
    Compression.rootRate.option, Compression.offsetRate.option,
  ]

  func assemble(_ context: inout AssemblyContext) throws(FrontEndError) -> FrontEndAssembly {
    var result = try context.powerSpectrum()
    try result.addPooling(context.configuration.frameOptions, &context)
    result.addCompression(&context)
    return result
  }
}
