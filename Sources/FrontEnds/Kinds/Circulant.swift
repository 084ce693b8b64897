import Foundations
import Learning
import StructuredMaps

/// `circulant`: as `dense` with a circulant matrix, initially the filter that removes negative frequencies,
/// so that outputs are envelopes.
struct Circulant: FrontEndDefinition {
  let name = "circulant"
  let help = "log power of a learned circulant matrix"
  let optionGroups: Set<SharedOptionGroup> = []
  let ownOptions = [LearningOptions.isFixed.option, FrequencyMap.rate.option]

  func assemble(_ context: inout AssemblyContext) throws(FrontEndError) -> FrontEndAssembly {
    try context.logPower(hasWindow: false) { matrix, context in
      let rows = matrix.rows
      // c_n = 1/P Σ_k d_k exp(2πikn/P), d = 1 at 0 and P/2, 2 between them, 0 elsewhere: in closed form.
      let filter = (0..<rows).map { n -> Complex in
        guard n > 0 else { return .one }
        guard n % 2 == 1 else { return .zero }
        let half = Complex.rootOfUnity(n, 2 * rows)
        return Complex(0, 2 / Double(rows) * half.real / half.imaginary)
      }
      return CirculantStructure(
        rows: rows, columns: matrix.columns,
        weight: context.declareComplex("weight", shape: [rows], filter))
    }
  }
}

/// W[o, j] = c[(o − j) mod rows], c `[2, rows]`.
private struct CirculantStructure: MatrixStructure {
  let rows: Int
  let columns: Int
  let weight: TensorReference

  var tensors: [TensorReference] { [weight] }
  var summary: String { "complex circulant matrix \(rows) × \(columns)" }
  var operations: Int {
    // Two complex transforms and a product of spectra.
    let log2 = Int.bitWidth - 1 - rows.leadingZeroBitCount
    return 2 * 5 * rows * log2 + 6 * rows
  }

  func write(
    _ values: ModelValues, into target: UnsafeMutablePointer<Float>, scratch: MatrixScratch
  ) -> UnsafeMutablePointer<Float> {
    let c = values.parameter(weight)
    for plane in 0..<2 {
      for o in 0..<rows {
        let row = target + plane * planeCount + o * columns
        for j in 0..<columns { row[j] = c[plane * rows + (o - j + rows) % rows] }
      }
    }
    return target
  }

  func addGradient(
    of gradient: UnsafeMutablePointer<Float>, _ values: ModelValues, scratch: MatrixScratch,
    to target: AlignedBuffer<Float>
  ) {
    let to = target.base + weight.offset
    for o in 0..<rows {
      for j in 0..<columns {
        let index = (o - j + rows) % rows
        to[index] += gradient[o * columns + j]
        to[rows + index] += gradient[planeCount + o * columns + j]
      }
    }
  }
}
