import Learning
import Signal
import StructuredMaps

/// A learned complex matrix over raw frames, and the logarithm of the power of its outputs: what the
/// comparisons of the paper have in common.
struct ComplexMatrix {
  let rows: Int
  let columns: Int
  private let dft: WindowedDFT

  /// - Throws: ``FrontEndError/structuredMap(_:)`` for a matrix of too many parameters.
  fileprivate init(_ frame: FrameOptions, columns: Int) throws(FrontEndError) {
    rows = KaleidoscopeShape.paddedSize(frame.frameLength)
    self.columns = columns
    dft = WindowedDFT(frame)
    do throws(StructuredMapError) {
      try FrequencyMap.check(2 * rows * columns)
    } catch {
      throw .structuredMap(error)
    }
  }

  /// An entry of window and DFT.
  func windowedDFT(_ bin: Int, _ sample: Int) -> Complex { dft.entry(bin, sample, size: rows) }
}

extension AssemblyContext {
  /// Raw frames, a matrix of the structure that `make` declares, and the logarithm of its outputs' power.
  ///
  /// - Parameter hasWindow: whether the matrix begins with the options' window.
  mutating func logPower<Structure: MatrixStructure>(
    hasWindow: Bool = true,
    _ make: (ComplexMatrix, inout AssemblyContext) throws(FrontEndError) -> Structure
  ) throws(FrontEndError) -> FrontEndAssembly {
    var result = try frames(isRaw: true, hasWindow: hasWindow)
    let matrix = try ComplexMatrix(configuration.frameOptions, columns: result.source.channels)
    let structure = try make(matrix, &self)
    let layer = MatrixPowerLayer(structure: structure)
    result.description.insert(layer.summary, at: 0)
    result.add(
      layer, part: "frequency", structure.tensors, operations: structure.operations + 3 * structure.rows)
    result.markFilters(isLogarithmic: true)
    return result
  }

  /// Declares a complex tensor of the matrix, `[2, shape]`.
  mutating func declareComplex(_ name: String, shape: [Int], _ values: [Complex]) -> TensorReference {
    declare(
      "frequency.\(name)", shape: [2] + shape, rate: configuration[FrequencyMap.rate],
      initialValues: values.map { Float($0.real) } + values.map { Float($0.imaginary) })
  }
}
