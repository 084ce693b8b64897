import Signal

/// One kind of front end: everything that the package knows of it.
///
/// A kind is one such type in one file, and one line in ``FrontEndKind/all``.
protocol FrontEndDefinition: Sendable {
  /// The name, as in `NAME:option=value`.
  var name: String { get }

  /// One line for the help.
  var help: String { get }

  /// The shared options that have an effect, beside framing, dither, context and normalization.
  var optionGroups: Set<SharedOptionGroup> { get }

  /// The other options that have an effect, in the order of the canonical form.
  ///
  /// Among them is ``LearningOptions/isFixed`` exactly if the kind has parameters to learn.
  var ownOptions: [FeatureOption] { get }

  /// Whether training runs layers of the front end: some that learn, or whose statistics it finds.
  func learns(_ configuration: FeatureConfiguration) -> Bool

  /// Whether a frame of features describes the frames around its own, by a transform over time.
  func holdsContext(_ configuration: FeatureConfiguration) -> Bool

  /// Whether gain and mean are those of the utterance unless the options say otherwise; else there are none.
  var normalizesUtterances: Bool { get }

  /// The defaults with another toolkit's options.
  func configuration(_ preset: FeaturePreset) -> FeatureConfiguration

  /// Puts the front end together at its initial values, without the steps after it.
  ///
  /// - Throws: ``FrontEndError`` for options that cannot be.
  func assemble(_ context: inout AssemblyContext) throws(FrontEndError) -> FrontEndAssembly
}

extension FrontEndDefinition {
  var isLearnable: Bool { ownOptions.contains { $0.name == LearningOptions.isFixed.option.name } }

  func learns(_ configuration: FeatureConfiguration) -> Bool {
    isLearnable && !configuration[LearningOptions.isFixed]
  }

  func holdsContext(_ configuration: FeatureConfiguration) -> Bool { false }

  var normalizesUtterances: Bool { false }

  func configuration(_ preset: FeaturePreset) -> FeatureConfiguration {
    FeatureConfiguration(filterBank: preset.filterBank)
  }
}
