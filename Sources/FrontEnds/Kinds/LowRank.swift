import Foundations
import Learning
import Signal
import StructuredMaps

/// `low-rank`: as `dense` with a product of two narrow matrices, W = U V.
///
/// Initially V is window and DFT at bins equally spaced in mel, and U copies to each output the nearest of
/// them.
struct LowRank: FrontEndDefinition {
  static let rank = OptionKey.integer("rank", 1...1024, default: 20, help: "Rank of the matrix.")

  let name = "low-rank"
  let help = "log power of a learned matrix of low rank"
  let optionGroups: Set<SharedOptionGroup> = [.window]
  let ownOptions = [LearningOptions.isFixed.option, rank.option, FrequencyMap.rate.option]

  func assemble(_ context: inout AssemblyContext) throws(FrontEndError) -> FrontEndAssembly {
    try context.logPower { matrix, context throws(FrontEndError) in
      let (rows, columns) = (matrix.rows, matrix.columns)
      let rank = context.configuration[Self.rank]
      let most = min(rows / 2, columns)
      guard rank <= most else { throw .structuredMap(.outOfRange(.rank, found: rank, allowed: 1...most)) }
      let bins = Self.bins(rank, rows: rows, nyquistHertz: context.configuration.frameOptions.nyquistHertz)
      let right = bins.flatMap { bin in (0..<columns).map { matrix.windowedDFT(bin, $0) } }
      var left = [Complex](repeating: .zero, count: rows * rank)
      for output in 0..<rows {
        let bin = min(output, rows - output)
        let nearest = bins.indices.min { abs(bins[$0] - bin) < abs(bins[$1] - bin) } ?? 0
        left[output * rank + nearest] = .one
      }
      return LowRankStructure(
        rows: rows, columns: columns, rank: rank,
        left: context.declareComplex("left", shape: [rows, rank], left),
        right: context.declareComplex("right", shape: [rank, columns], right))
    }
  }

  /// Bins equally spaced in mel, all different whatever the rank.
  private static func bins(_ rank: Int, rows: Int, nyquistHertz nyquist: Double) -> [Int] {
    let top = MelScale.htk.mel(hertz: nyquist)
    var bins: [Int] = []
    for i in 0..<rank {
      let hertz = MelScale.htk.hertz(mel: top * Double(i + 1) / Double(rank + 1))
      let bin = Int((hertz / nyquist * Double(rows / 2)).rounded())
      bins.append(min(max(bin, (bins.last ?? -1) + 1), rows / 2 - (rank - i)))
    }
    return bins
  }
}

/// W = U V with U `[2, rows, rank]` and V `[2, rank, columns]`.
private struct LowRankStructure: MatrixStructure {
  let rows: Int
  let columns: Int
  let rank: Int
  let left: TensorReference
  let right: TensorReference

  var tensors: [TensorReference] { [left, right] }
  var summary: String { "complex matrix \(rows) × \(columns) of rank \(rank)" }
  var operations: Int { 4 * rank * columns + 8 * rows * rank }
  // −Im U and −Im V.
  var scratchCount: Int { left.count / 2 + right.count / 2 }

  func write(
    _ values: ModelValues, into target: UnsafeMutablePointer<Float>, scratch: MatrixScratch
  ) -> UnsafeMutablePointer<Float> {
    let f = factors(values, scratch)
    func multiply(_ u: Factor, _ v: Factor, into plane: Int, isAdding: Bool) {
      scratch.product.multiply(
        u, v, into: target + plane * planeCount, rows: rows, columns: columns, inner: rank, isAdding: isAdding
      )
    }
    // Wr = Ur Vr − Ui Vi, Wi = Ur Vi + Ui Vr
    multiply(f.ur, f.vr, into: 0, isAdding: false)
    multiply(f.uiNegated, f.vi, into: 0, isAdding: true)
    multiply(f.ur, f.vi, into: 1, isAdding: false)
    multiply(f.ui, f.vr, into: 1, isAdding: true)
    return target
  }

  func addGradient(
    of gradient: UnsafeMutablePointer<Float>, _ values: ModelValues, scratch: MatrixScratch,
    to target: AlignedBuffer<Float>
  ) {
    let (re, im) = (gradient, gradient + planeCount)
    let f = factors(values, scratch)
    let (ur, vr) = (target.base + left.offset, target.base + right.offset)
    let (ui, vi) = (ur + left.count / 2, vr + right.count / 2)
    func addLeft(_ g: UnsafePointer<Float>, _ v: Factor, _ to: UnsafeMutablePointer<Float>) {
      scratch.product.multiply(
        Factor(g), v.transposed, into: to, rows: rows, columns: rank, inner: columns, isAdding: true)
    }
    func addRight(_ u: Factor, _ g: UnsafePointer<Float>, _ to: UnsafeMutablePointer<Float>) {
      scratch.product.multiply(
        u.transposed, Factor(g), into: to, rows: rank, columns: columns, inner: rows, isAdding: true)
    }
    addLeft(re, f.vr, ur)
    addLeft(im, f.vi, ur)
    addLeft(re, f.viNegated, ui)
    addLeft(im, f.vr, ui)
    addRight(f.ur, re, vr)
    addRight(f.ui, im, vr)
    addRight(f.uiNegated, re, vi)
    addRight(f.ur, im, vi)
  }

  private typealias Factor = MatrixProduct.Factor

  private struct Factors {
    let ur, ui, uiNegated, vr, vi, viNegated: Factor
  }

  private func factors(_ values: ModelValues, _ scratch: MatrixScratch) -> Factors {
    let (u, v) = (values.parameter(left), values.parameter(right))
    let (uCount, vCount) = (left.count / 2, right.count / 2)
    let (uNegated, vNegated) = (scratch.floats, scratch.floats + uCount)
    for i in 0..<uCount { uNegated[i] = -u[uCount + i] }
    for i in 0..<vCount { vNegated[i] = -v[vCount + i] }
    return Factors(
      ur: Factor(u), ui: Factor(u + uCount), uiNegated: Factor(uNegated), vr: Factor(v),
      vi: Factor(v + vCount), viNegated: Factor(vNegated))
  }
}
