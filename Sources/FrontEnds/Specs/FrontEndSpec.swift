import Foundations
package import Learning
import Signal

/// A front end and all its options: what an utterance's features depend on beside its samples.
package struct FrontEndSpec: Sendable, Equatable {
  package var kind: FrontEndKind
  package var configuration: FeatureConfiguration

  package init(_ kind: FrontEndKind, _ configuration: FeatureConfiguration = FeatureConfiguration()) {
    self.kind = kind
    self.configuration = configuration
  }

  /// Reads `NAME[:option=value,...]`, options that are not set at their defaults.
  ///
  /// - Throws: ``FrontEndError``.
  package init(parsing text: String) throws(FrontEndError) {
    self = try FrontEndRequest(parsing: text).resolved(over: FeatureConfiguration())
  }

  /// This front end without normalization: what a first pass computes and stores.
  package var withoutNormalization: FrontEndSpec {
    FrontEndSpec(kind, configuration.withoutNormalization)
  }

  /// Whether a frame of features describes the frames around its own: by a transform over time, or by
  /// splicing.
  package var holdsContext: Bool {
    kind.definition.holdsContext(configuration)
      || configuration.postprocessingOptions.splice != PostprocessingOptions().splice
  }
}

extension FrontEndSpec {
  /// The frames that an option's level or mean is taken over.
  func span(_ key: OptionKey<LevelNormalization.Span>) -> LevelNormalization.Span {
    let span = configuration[key]
    guard span == .auto else { return span }
    return kind.definition.normalizesUtterances ? .utterance : .none
  }

  /// Options by which frames depend on all of their utterance.
  package var wholeUtteranceOptions: [String] {
    [LevelNormalization.gain, LevelNormalization.mean].compactMap {
      span($0) == .utterance ? $0.option.name : nil
    }
  }
}

extension FrontEndSpec: CustomStringConvertible {
  /// The canonical request for the options that differ from their defaults, but for the seed: it names a
  /// draw, not a front end.
  package var description: String {
    let options = kind.options.compactMap { option -> String? in
      let value = option.value(in: configuration)
      guard value != option.defaultValue, option.name != "seed" else { return nil }
      return option.text(settingTo: value)
    }
    return options.isEmpty ? kind.name : "\(kind.name):\(options.joined(separator: ","))"
  }
}

// MARK: Front ends

extension FrontEndSpec {
  /// The front end; one that learns is at its initial values, random ones drawn with the options' seed.
  ///
  /// - Throws: ``FrontEndError``.
  package func makeFrontEnd() throws(FrontEndError) -> any FrontEnd {
    var declaration = ModelDeclaration(seed: configuration.frame.seed)
    return try makeFixed(&declaration).frontEnd
  }

  /// The front end for training; the tensors that it learns are declared under `frontend.`.
  ///
  /// A fixed front end declares nothing, and begins where one that learns begins: random initial values are
  /// drawn with the declaration's generator in both.
  ///
  /// - Throws: ``FrontEndError``, among them ``FrontEndError/notWhileLearning(option:kind:)``.
  package func makeTrainable(
    declaration: inout ModelDeclaration
  ) throws(FrontEndError) -> TrainableFrontEnd {
    guard kind.definition.learns(configuration) else {
      let (frontEnd, operations) = try makeFixed(&declaration)
      return TrainableFrontEnd(fixed: frontEnd, operationsPerFrame: operations)
    }
    if let option = configuration.firstPostprocessingOption {
      throw .notWhileLearning(option: option, kind: kind.name)
    }
    var context = context(declaration, isTraining: true)
    var assembly = try kind.definition.assemble(&context)
    try assembly.normalizeMean(context)
    declaration = context.declaration
    return TrainableFrontEnd(assembly, label: context.label)
  }

  private func context(_ declaration: ModelDeclaration, isTraining: Bool) -> AssemblyContext {
    let isFixed = kind.isLearnable && configuration[LearningOptions.isFixed]
    return AssemblyContext(
      label: isFixed ? "\(kind.name):fixed" : kind.name, kindName: kind.name,
      gain: span(LevelNormalization.gain), mean: span(LevelNormalization.mean), configuration: configuration,
      isTraining: isTraining, declaration: declaration)
  }

  /// The front end without learning, random values drawn with the declaration's generator; nothing is
  /// declared.
  private func makeFixed(
    _ declaration: inout ModelDeclaration
  ) throws(FrontEndError) -> (frontEnd: any FrontEnd, operations: Int) {
    var context = context(declaration, isTraining: false)
    var assembly = try kind.definition.assemble(&context)
    try assembly.normalizeMean(context)
    declaration.generator = context.declaration.generator
    let base = assembly.frontEnd(ModelValues(context.declaration), label: context.label)
    let steps = configuration.postprocessingOptions
    let frame = configuration.frameOptions
    guard steps != PostprocessingOptions() else {
      _ = try PostprocessedFrontEnd.channels(of: base, frame: frame, options: steps)
      return (base, assembly.operations)
    }
    let description = assembly.description + configuration.postprocessingDescription
    let frontEnd = try PostprocessedFrontEnd(
      base, frame: frame, options: steps,
      description: "\(context.label): \(description.joined(separator: ", "))")
    return (frontEnd, assembly.operations)
  }
}
