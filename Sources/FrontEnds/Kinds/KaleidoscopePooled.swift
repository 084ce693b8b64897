import Signal

/// `kaleidoscope-pooled`: a learned complex K-matrix over the prepared frame, power, learned mel filters,
/// compression.
struct KaleidoscopePooled: FrontEndDefinition {
  let name = "kaleidoscope-pooled"
  let help = "learned kaleidoscope matrix, power, learned mel filters"
  let optionGroups: Set<SharedOptionGroup> = [.window, .preparation, .melRange, .mel]
  let ownOptions = [
    LearningOptions.isFixed.option, FrequencyMap.width.option, Frames.isRaw.option, Pooling.band.option,
    Compression.choice.option, FrequencyMap.rate.option, Pooling.rate.option, Compression.rootRate.option,
    Compression.offsetRate.option,
  ]

  func assemble(_ context: inout AssemblyContext) throws(FrontEndError) -> FrontEndAssembly {
    var result = try Self.bands(&context)
    result.addCompression(&context)
    return result
  }

  /// The energies of the bands.
  static func bands(_ context: inout AssemblyContext) throws(FrontEndError) -> FrontEndAssembly {
    var result = try context.powerOfFrames()
    var frame = context.configuration.frameOptions
    // The K-matrix is that large, whatever a spectrum would be.
    frame.roundsToPowerOfTwo = true
    try result.addPooling(frame, &context)
    return result
  }
}
