import Foundations
package import Learning
import Signal

extension Row {
  /// The front end that the row stands for; one that learns is at its first values.
  ///
  /// - Parameter common: the options of all rows; the row's own stand above them.
  /// - Throws: ``FrontEndError``.
  package func makeFrontEnd(over common: FeatureConfiguration) throws(FrontEndError) -> any FrontEnd {
    try name.makeFrontEnd(configuration(over: common))
  }
}

extension Row {
  /// Whether a row of features speaks of the frames around its own already: through a transform over time, or spliced.
  ///
  /// - Throws: ``FrontEndError``, never for a row that was read.
  package func holdsContext(over common: FeatureConfiguration) throws(FrontEndError) -> Bool {
    let configuration = try configuration(over: common)
    return name == .kaleidoscopeTime || configuration.learnable.timeTransform != .none
      || configuration.postprocessingOptions.splice != PostprocessingOptions().splice
  }
}

extension RowName {
  /// The front end of the row with options already put together; one that learns is at its first values, random ones
  /// drawn with the options' seed.
  ///
  /// - Throws: ``FrontEndError``.
  package func makeFrontEnd(_ configuration: FeatureConfiguration) throws(FrontEndError) -> any FrontEnd {
    var declaration = ModelDeclaration(seed: configuration.frame.seed)
    return try makeFixed(configuration, &declaration)
  }

  /// The row without learning, random values drawn with the declaration's generator; nothing is declared.
  func makeFixed(
    _ configuration: FeatureConfiguration, _ declaration: inout ModelDeclaration
  ) throws(FrontEndError) -> any FrontEnd {
    guard self != .given else { throw .notFromAudio(row: self) }
    let builder = LearnableRowBuilder(row: self, configuration: configuration)
    let base: LayeredFrontEnd
    if RowName.learnable.contains(self) {
      var local = declaration
      let row = try builder.whole(&local)
      declaration.generator = local.generator
      base = row.frozen(ModelValues(local), row: self, isFixed: configuration.learnable.isFixed)
    } else if self == .mel, configuration.learnable.timeTransform == .dct {
      base = try builder.melWithTime()
    } else {
      return try SpectralFrontEnd(row: self, configuration: configuration)
    }
    let steps = configuration.postprocessingOptions
    guard steps != PostprocessingOptions() else { return base }
    return try PostprocessedFrontEnd(
      base, frame: configuration.frameOptions, options: steps, summary: configuration.postprocessingWords)
  }

  /// Multiplications and additions a frame of the rows without parameters.
  fileprivate func fixedOperations(_ configuration: FeatureConfiguration) -> Int {
    var operations = configuration.spectrumOperations
    guard self != .fft,
      let mel = try? MelWeights(configuration.mel, frame: configuration.frameOptions)
    else { return operations }
    operations += mel.triangles.reduce(0) { $0 + 2 * $1.weights.count }
    if self == .mfcc { operations += 2 * configuration.cepstra * mel.triangles.count }
    if configuration.learnable.timeTransform == .dct {
      operations += 2 * TimeTransformLayer.frames * TimeTransformLayer.outputs * mel.triangles.count
    }
    return operations
  }
}

extension Row {
  /// The row as training meets it; the tensors it learns are declared under `frontend.`.
  ///
  /// A row that is fixed declares nothing, and begins where one that learns begins: random first values are drawn with
  /// the declaration's generator in both.
  ///
  /// - Parameter common: the options of all rows; the row's own stand above them.
  /// - Throws: ``FrontEndError``, among them ``FrontEndError/notWhileLearning(option:row:)``.
  package func makeTrainable(
    over common: FeatureConfiguration, declaration: inout ModelDeclaration
  ) throws(FrontEndError) -> TrainableFrontEnd {
    let configuration = try configuration(over: common)
    let options = configuration.learnable
    let builder = LearnableRowBuilder(row: name, configuration: configuration)
    if name == .given {
      return TrainableFrontEnd(fixed: try GivenFrontEnd(configuration), operationsPerFrame: 0)
    }
    let learns = RowName.learnable.contains(name) && !options.isFixed
    guard learns, name != .kaleidoscopeTime || options.learning != .none else {
      var operations = 0
      if RowName.learnable.contains(name) {
        var scratch = declaration
        operations = try builder.whole(&scratch).operations
      } else {
        operations = name.fixedOperations(configuration)
      }
      return TrainableFrontEnd(
        fixed: try name.makeFixed(configuration, &declaration), operationsPerFrame: operations)
    }
    if let option = configuration.firstStep { throw .notWhileLearning(option: option, row: name) }
    let row =
      name == .kaleidoscopeTime && options.learning == .compressionAndTime
      ? try builder.compressionAndTime(&declaration) : try builder.whole(&declaration)
    let (name, parts) = (name, row.parts)
    let plan = FrozenPlan(row: row)
    return TrainableFrontEnd(
      source: row.source, layer: row.layer, operationsPerFrame: row.operations,
      freeze: { plan.row.frozen(ModelValues(copying: $0), row: name, isFixed: false) },
      measureMovement: { start, now in
        parts.map { part in
          PartMovement(
            part: part.name, relativeDistance: Self.relativeDistance(part.tensors, from: start, to: now))
        }
      })
  }

  /// ‖now − start‖ / ‖start‖ over some tensors; of a zero start, ‖now − start‖.
  private static func relativeDistance(
    _ tensors: [TensorReference], from start: ModelValues, to now: ModelValues
  ) -> Double {
    var (moved, norm) = (0.0, 0.0)
    for tensor in tensors {
      let (a, b) = (start.parameter(tensor), now.parameter(tensor))
      for i in 0..<tensor.count {
        let difference = Double(b[i]) - Double(a[i])
        moved += difference * difference
        norm += Double(a[i]) * Double(a[i])
      }
    }
    return norm > 0 ? (moved / norm).squareRoot() : moved.squareRoot()
  }
}

/// What freezing needs, shared by all that is frozen.
private struct FrozenPlan: Sendable {
  let row: LearnableRow
}

extension FeatureConfiguration {
  /// The first option that asks for a step after the row.
  fileprivate var firstStep: String? {
    let defaults = FeatureConfiguration()
    if deltas.order > 0 { return "deltas" }
    if splice != defaults.splice { return "splice" }
    if subsample != defaults.subsample { return "subsample" }
    return cmvn == .sliding ? "cmvn" : nil
  }

  /// The steps after the row, in words.
  fileprivate var postprocessingWords: String {
    var words: [String] = []
    for option in ["deltas", "splice", "subsample"] {
      guard let option = try? FeatureOption.named(option) else { continue }
      let value = option.value(in: self)
      if value != option.defaultValue { words.append("\(option.name) \(value.text)") }
    }
    if cmvn == .sliding { words.append("sliding normalisation") }
    return words.joined(separator: ", ")
  }
}
