import Foundations
import Learning
import StructuredMaps

/// `dense`: a learned complex matrix over the raw frame, initially window and DFT with bins in natural order,
/// and the logarithm of its outputs' power.
struct Dense: FrontEndDefinition {
  let name = "dense"
  let help = "log power of a learned matrix"
  let optionGroups: Set<SharedOptionGroup> = [.window]
  let ownOptions = [LearningOptions.isFixed.option, FrequencyMap.rate.option]

  func assemble(_ context: inout AssemblyContext) throws(FrontEndError) -> FrontEndAssembly {
    try context.logPower { matrix, context in
      let (rows, columns) = (matrix.rows, matrix.columns)
      let entries = (0..<rows).flatMap { bin in (0..<columns).map { matrix.windowedDFT(bin, $0) } }
      return DenseStructure(
        rows: rows, columns: columns,
        weight: context.declareComplex("weight", shape: [rows, columns], entries))
    }
  }
}

/// W itself, `[2, rows, columns]`.
private struct DenseStructure: MatrixStructure {
  let rows: Int
  let columns: Int
  let weight: TensorReference

  var tensors: [TensorReference] { [weight] }
  var summary: String { "complex matrix \(rows) × \(columns)" }
  var operations: Int { 4 * rows * columns }

  func write(
    _ values: ModelValues, into target: UnsafeMutablePointer<Float>, scratch: MatrixScratch
  ) -> UnsafeMutablePointer<Float> { values.parameter(weight) }

  func addGradient(
    of gradient: UnsafeMutablePointer<Float>, _ values: ModelValues, scratch: MatrixScratch,
    to target: AlignedBuffer<Float>
  ) {
    let to = target.base + weight.offset
    for i in 0..<(2 * planeCount) { to[i] += gradient[i] }
  }
}
