import Foundations
import Learning
import Signal
import StructuredMaps

/// `sparse`: as `dense` with a fixed number of entries in each row, at random columns that the option `seed`
/// draws; initially window and DFT there.
struct Sparse: FrontEndDefinition {
  static let density = OptionKey.real(
    "density", 0...1, default: 0.09, help: "Share of the matrix's entries that are not zero.")

  let name = "sparse"
  let help = "log power of a learned sparse matrix"
  let optionGroups: Set<SharedOptionGroup> = [.window]
  let ownOptions = [LearningOptions.isFixed.option, density.option, FrequencyMap.rate.option]

  func assemble(_ context: inout AssemblyContext) throws(FrontEndError) -> FrontEndAssembly {
    try context.logPower { matrix, context in
      let (rows, columns) = (matrix.rows, matrix.columns)
      let configuration = context.configuration
      let entries = max(1, Int((configuration[Self.density] * Double(columns)).rounded()))
      // A checkpoint does not hold what the model's own seed draws, but it does hold the options.
      var generator = SeededGenerator(seed: configuration.frame.seed, stream: .initialValues, index: 1)
      var support: [Int] = []
      support.reserveCapacity(rows * entries)
      for _ in 0..<rows {
        var indices = Array(0..<columns)
        for i in 0..<entries { indices.swapAt(i, i + generator.index(below: columns - i)) }
        support += indices[..<entries].sorted()
      }
      let values = support.enumerated().map { matrix.windowedDFT($0.offset / entries, $0.element) }
      return SparseStructure(
        rows: rows, columns: columns,
        weight: context.declareComplex("weight", shape: [rows, entries], values), support: support)
    }
  }
}

/// Entries at the columns of `support` `[rows, entries]`, weights `[2, rows, entries]`.
private struct SparseStructure: MatrixStructure {
  let rows: Int
  let columns: Int
  let weight: TensorReference
  let support: [Int]

  var tensors: [TensorReference] { [weight] }
  var summary: String { "complex matrix \(rows) × \(columns) with \(support.count) entries" }
  var operations: Int { 4 * support.count }
  private var entries: Int { support.count / rows }

  func write(
    _ values: ModelValues, into target: UnsafeMutablePointer<Float>, scratch: MatrixScratch
  ) -> UnsafeMutablePointer<Float> {
    let w = values.parameter(weight)
    let entries = entries
    target.update(repeating: 0, count: 2 * planeCount)
    for (i, column) in support.enumerated() {
      let index = i / entries * columns + column
      target[index] = w[i]
      target[planeCount + index] = w[support.count + i]
    }
    return target
  }

  func addGradient(
    of gradient: UnsafeMutablePointer<Float>, _ values: ModelValues, scratch: MatrixScratch,
    to target: AlignedBuffer<Float>
  ) {
    let to = target.base + weight.offset
    let entries = entries
    for (i, column) in support.enumerated() {
      let index = i / entries * columns + column
      to[i] += gradient[index]
      to[support.count + i] += gradient[planeCount + index]
    }
  }
}
