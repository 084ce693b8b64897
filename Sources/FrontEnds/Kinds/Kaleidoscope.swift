import Learning
import Signal
import StructuredMaps

/// `kaleidoscope`: a learned complex K-matrix over the raw frame, and the logarithm of the power of all its
/// outputs.
///
/// Source: Dao et al., "Kaleidoscope: An efficient, learnable representation for all structured linear maps",
/// ICLR 2020.
struct Kaleidoscope: FrontEndDefinition {
  /// The initial matrix.
  enum Initialization: String, Sendable, CaseIterable {
    /// Window and DFT in the first block, the others the identity: each output is a bin of the spectrum.
    case dft
    /// Every 2 × 2 unitary and random.
    case unitary
    /// Every block the identity: each output is a sample.
    case identity
  }

  static let initialization = OptionKey<Initialization>.choice(
    "init", default: .dft, help: "Initial matrix.")
  static let expansion = OptionKey.integer(
    "expansion", 1...16, default: 1, help: "Size of the matrix over that of the frame, a power of two.")

  let name = "kaleidoscope"
  let help = "log power of a learned kaleidoscope matrix"
  let optionGroups: Set<SharedOptionGroup> = [.window]
  let ownOptions = [
    LearningOptions.isFixed.option, initialization.option, FrequencyMap.width.option, expansion.option,
    FrequencyMap.rate.option,
  ]

  func assemble(_ context: inout AssemblyContext) throws(FrontEndError) -> FrontEndAssembly {
    let configuration = context.configuration
    let frame = configuration.frameOptions
    let (width, initialization) = (configuration[FrequencyMap.width], configuration[Self.initialization])
    var result = try context.frames(isRaw: true, hasWindow: initialization == .dft)
    let size = KaleidoscopeShape.paddedSize(frame.frameLength)
    var map: KaleidoscopeMatrix<Float>
    do throws(StructuredMapError) {
      let shape = try KaleidoscopeShape(
        inputLength: result.source.channels, outputLength: size, width: width,
        expansion: configuration[Self.expansion], field: .complex)
      try FrequencyMap.check(shape.parameterCount)
      switch initialization {
      case .dft:
        let dft = try KaleidoscopeMatrix<Double>.windowedDFT(
          size: shape.size, window: WindowedDFT(frame).window, width: width)
        map = KaleidoscopeMatrix(try dft.cut(inputLength: result.source.channels, outputLength: size))
      case .unitary: map = try KaleidoscopeMatrix(shape, .orthogonal, using: &context.declaration.generator)
      case .identity: map = KaleidoscopeMatrix(identity: shape)
      }
    } catch {
      throw .structuredMap(error)
    }
    // Past the frame's end the identity gives zeros: there is nothing to learn from, so those outputs are
    // left out.
    let outputs = initialization == .identity ? frame.frameLength : size
    result.addMap(map, positions: Array(0..<outputs), usesLog: true, &context)
    result.markFilters(isLogarithmic: true)
    result.description.insert(
      "log power of a K-matrix of \(map.size) points (width \(width), from \(initialization.rawValue))", at: 0
    )
    return result
  }
}
