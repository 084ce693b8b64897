import Learning

/// `kaleidoscope-time`: as `kaleidoscope-pooled`, then a learned root of each band and a learned butterfly
/// over time.
struct KaleidoscopeTime: FrontEndDefinition {
  /// The parts that learn.
  enum Learned: String, Sendable, CaseIterable {
    case none
    case compressionAndTime = "compression+time"
    case all
  }

  static let learned = OptionKey<Learned>.choice("learn", default: .all, help: "Parts that learn.")

  let name = "kaleidoscope-time"
  let help = "kaleidoscope-pooled with learned compression and a learned butterfly over time"
  let optionGroups: Set<SharedOptionGroup> = [.window, .preparation, .melRange, .mel]
  let ownOptions = [
    LearningOptions.isFixed.option, learned.option, FrequencyMap.width.option, Frames.isRaw.option,
    Pooling.band.option, FrequencyMap.rate.option, Pooling.rate.option, Compression.rootRate.option,
    Compression.offsetRate.option, TimeTransform.rate.option,
  ]

  func learns(_ configuration: FeatureConfiguration) -> Bool {
    !configuration[LearningOptions.isFixed] && configuration[Self.learned] != .none
  }

  func holdsContext(_ configuration: FeatureConfiguration) -> Bool { true }

  func assemble(_ context: inout AssemblyContext) throws(FrontEndError) -> FrontEndAssembly {
    var result: FrontEndAssembly
    if context.isTraining, context.configuration[Self.learned] == .compressionAndTime {
      result = try fixedBands(context)
    } else {
      result = try KaleidoscopePooled.bands(&context)
    }
    result.addRoot(&context)
    try result.normalizeMean(context)
    result.addTime(rate: context.configuration[TimeTransform.rate], &context)
    return result
  }

  /// The bands at their initial values, as the source of the parts that learn; nothing is declared.
  private func fixedBands(_ context: AssemblyContext) throws(FrontEndError) -> FrontEndAssembly {
    var own = context
    let bands = try KaleidoscopePooled.bands(&own)
    return FrontEndAssembly(
      source: bands.frontEnd(ModelValues(own.declaration), label: context.label),
      operations: bands.operations, description: bands.description)
  }
}
