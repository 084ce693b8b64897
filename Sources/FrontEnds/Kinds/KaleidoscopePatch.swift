import Foundations
import Learning
import Signal
import StructuredMaps

/// `kaleidoscope-patch`: root of mel energies, a DCT over time, and one learned K-matrix that all patches of
/// the plane of bands and time coefficients share, rectified and pooled.
///
/// What comes before the patches is fixed: gain of the utterance, root, mean of the utterance, the first
/// coefficients of a DCT over 32 frames. Batch normalization without scale and shift, before the patches and
/// after their matrix, has running statistics, which `:fixed` finds in training too.
struct KaleidoscopePatch: FrontEndDefinition {
  /// The learned matrix.
  enum Structure: String, Sendable, CaseIterable {
    case kaleidoscope
    case monarch
    /// A matrix of the rows that are kept.
    case dense
  }

  static let structure = OptionKey<Structure>.choice(
    "patch-matrix", default: .kaleidoscope, help: "Structure of the matrix over a patch.")
  static let height = OptionKey.integer(
    "patch-bands", 2...64, default: 8, help: "Bands of a patch, a power of two.")
  static let stride = OptionKey.integer(
    "patch-stride", 1...64, default: 2, help: "Bands from one patch to the next.")
  static let rows = OptionKey.integer(
    "patch-rows", 1...1024, default: 27, help: "Outputs of the matrix that are kept.")
  static let patchRate = OptionKey.rate(
    "rate-patch", default: 1, help: "Factor on the learning rate of the matrix over a patch.")
  static let shiftRate = OptionKey.rate(
    "rate-shift", default: 2, help: "Factor on the learning rate of the shifts before rectification.")

  /// Outputs of the DCT over time.
  static let coefficients = 16

  let name = "kaleidoscope-patch"
  let help = "root of mel energies, learned kaleidoscope matrix on patches of bands and time"
  let optionGroups: Set<SharedOptionGroup> = [.window, .preparation, .padding, .melRange, .mel]
  let ownOptions = [
    LearningOptions.isFixed.option, structure.option, height.option, stride.option, rows.option,
    patchRate.option, shiftRate.option,
  ]

  var normalizesUtterances: Bool { true }

  /// Layers follow a fixed source in any case: the twin's batch normalization has statistics to find.
  func learns(_ configuration: FeatureConfiguration) -> Bool { true }

  func holdsContext(_ configuration: FeatureConfiguration) -> Bool { true }

  func assemble(_ context: inout AssemblyContext) throws(FrontEndError) -> FrontEndAssembly {
    let configuration = context.configuration
    var result = try roots(context)
    try result.normalizeMean(context)
    let geometry = PatchGeometry(
      bands: result.channels, coefficients: Self.coefficients, height: configuration[Self.height],
      stride: configuration[Self.stride])
    try check(geometry, rows: configuration[Self.rows])
    result.addFixedTime(outputs: Self.coefficients)
    result.add(
      BatchNormalization(
        "frontend.time.normalization", width: geometry.width, isAffine: false, in: &context.declaration),
      operations: 2 * geometry.width)
    addPatches(to: &result, geometry, &context)
    return result
  }

  /// The compressed bands, with a gain; nothing is declared.
  private func roots(_ context: AssemblyContext) throws(FrontEndError) -> FrontEndAssembly {
    let configuration = context.configuration
    let plan = try context.plan { () throws(SignalError) in
      try FilterBankPlan(configuration.melEnergyOptions)
    }
    var own = context
    var bands = try own.assembly(
      plan, operations: try context.melOperations().total,
      description: [configuration.melDescription, configuration.frameDescription()]
        + configuration.ditherDescription)
    bands.addRoot(&own)
    return FrontEndAssembly(
      source: bands.frontEnd(ModelValues(own.declaration), label: context.label),
      operations: bands.operations, description: bands.description)
  }

  private func check(_ geometry: PatchGeometry, rows: Int) throws(FrontEndError) {
    do throws(StructuredMapError) {
      guard geometry.height.nonzeroBitCount == 1 else {
        throw .notPowerOfTwo(.outputLength, found: geometry.height)
      }
      // At least two positions, a pair.
      let most = geometry.bands - geometry.stride
      guard geometry.height <= most else {
        throw .outOfRange(.inputLength, found: geometry.height, allowed: 1...max(1, most))
      }
      guard rows <= geometry.points else {
        throw .outOfRange(.outputLength, found: rows, allowed: 1...geometry.points)
      }
    } catch {
      throw .structuredMap(error)
    }
  }

  private func addPatches(
    to result: inout FrontEndAssembly, _ geometry: PatchGeometry, _ context: inout AssemblyContext
  ) {
    let configuration = context.configuration
    let rows = configuration[Self.rows]
    let isFixed = configuration[LearningOptions.isFixed]
    let matrix = PatchMatrix(
      geometry: geometry, rows: rows,
      structure: isFixed ? .fixed : declareMatrix(geometry, rows: rows, &context))
    let positions = geometry.positions
    let layer = PatchLayer(matrix: matrix)
    result.add(
      layer, part: isFixed ? nil : "patch", matrix.tensors, operations: positions * matrix.operations)
    result.description.append(layer.summary)
    let normalization = BatchNormalization(
      "frontend.patch.normalization", width: rows, isAffine: false, in: &context.declaration)
    result.add(PositionwiseLayer(normalization, positions: positions), operations: 2 * positions * rows)
    let shift =
      isFixed
      ? nil
      : context.declare(
        "patch.shift", shape: [rows], rate: configuration[Self.shiftRate],
        initialValues: Array(repeating: 0, count: rows))
    let pooling = PatchPoolingLayer(positions: positions, width: rows, shift: shift)
    result.add(
      pooling, part: isFixed ? nil : "shift", shift.map { [$0] } ?? [], operations: 3 * positions * rows)
    result.description.append(pooling.summary)
  }

  private func declareMatrix(
    _ geometry: PatchGeometry, rows: Int, _ context: inout AssemblyContext
  ) -> PatchMatrix.Structure {
    let rate = context.configuration[Self.patchRate]
    func identities(_ count: Int, size: Int) -> [Float] {
      (0..<(count * size * size)).map { $0 % (size * size) % (size + 1) == 0 ? 1 : 0 }
    }
    switch context.configuration[Self.structure] {
    case .kaleidoscope:
      guard
        let shape = try? KaleidoscopeShape(
          inputLength: geometry.points, outputLength: geometry.points, field: .real)
      else { preconditionFailure("patches are of at most 1024 points") }
      return .kaleidoscope(
        shape,
        context.declare(
          "patch.twiddle", shape: shape.twiddleShape, rate: rate,
          initialValues: KaleidoscopeMatrix<Float>(identity: shape).parameters))
    case .monarch:
      let (height, coefficients) = (geometry.height, geometry.coefficients)
      return .monarch(
        left: context.declare(
          "patch.left", shape: [height, coefficients, coefficients], rate: rate,
          initialValues: identities(height, size: coefficients)),
        right: context.declare(
          "patch.right", shape: [coefficients, height, height], rate: rate,
          initialValues: identities(coefficients, size: height)))
    case .dense:
      return .dense(
        context.declare(
          "patch.weight", shape: [rows, geometry.points], rate: rate,
          initialValues: PatchMatrix.transform(geometry, rows: rows)))
    }
  }
}
