import Foundations
import Learning
import TestSupport
import Testing

@Suite("MatrixProduct")
struct MatrixProductTests {
  struct Numbers: Sendable {
    let rows = 37
    let columns = 53
    let inner = 29
    let a: AlignedBuffer<Float>
    let b: AlignedBuffer<Float>

    init() {
      var random = SplitMix64(seed: 1)
      a = AlignedBuffer<Float>(count: 37 * 29)
      b = AlignedBuffer<Float>(count: 29 * 53)
      for storage in [a, b] {
        for i in 0..<storage.count { storage.base[i] = Float.random(in: -1...1, using: &random) }
      }
    }

    /// The product of A and B, each stored as it is or transposed, optionally added to ones.
    func product(isTransposed: (Bool, Bool), isAdding: Bool) -> [Float] {
      let c = AlignedBuffer<Float>(count: rows * columns)
      c.base.update(repeating: 1, count: c.count)
      MatrixProduct().multiply(
        .init(a.base, isTransposed: isTransposed.0), .init(b.base, isTransposed: isTransposed.1),
        into: c.base, rows: rows, columns: columns, inner: inner, isAdding: isAdding)
      return Array(c.values)
    }
  }

  @Test(
    "a product equals its definition, whichever factor is transposed, added or not",
    arguments: [false, true], [false, true])
  func definition(isFirstTransposed: Bool, isSecondTransposed: Bool) {
    let numbers = Numbers()
    for isAdding in [false, true] {
      let given = numbers.product(
        isTransposed: (isFirstTransposed, isSecondTransposed), isAdding: isAdding)
      var worst = 0.0
      for r in 0..<numbers.rows {
        for c in 0..<numbers.columns {
          let exact = (0..<numbers.inner).reduce(isAdding ? 1.0 : 0.0) { sum, k in
            let a = numbers.a.base[isFirstTransposed ? k * numbers.rows + r : r * numbers.inner + k]
            let b = numbers.b.base[isSecondTransposed ? c * numbers.inner + k : k * numbers.columns + c]
            return sum + Double(a) * Double(b)
          }
          worst = max(worst, abs(Double(given[r * numbers.columns + c]) - exact))
        }
      }
      #expect(worst < 5e-6)
    }
  }

  @Test(
    "each number is one chain of fused multiply-adds over the inner index, whichever factor is transposed",
    arguments: [false, true], [false, true])
  func orderOfSums(isFirstTransposed: Bool, isSecondTransposed: Bool) {
    let numbers = Numbers()
    let given = numbers.product(isTransposed: (isFirstTransposed, isSecondTransposed), isAdding: false)
    for r in 0..<numbers.rows {
      for c in 0..<numbers.columns {
        let chain = (0..<numbers.inner).reduce(Float(0)) { sum, k in
          let a = numbers.a.base[isFirstTransposed ? k * numbers.rows + r : r * numbers.inner + k]
          let b = numbers.b.base[isSecondTransposed ? c * numbers.inner + k : k * numbers.columns + c]
          return sum.addingProduct(a, b)
        }
        #expect(given[r * numbers.columns + c].bitPattern == chain.bitPattern)
      }
    }
  }

  @Test("a product after a larger one is its own")
  func reuse() {
    let numbers = Numbers()
    let product = MatrixProduct()
    let large = AlignedBuffer<Float>(count: numbers.rows * numbers.columns)
    let small = AlignedBuffer<Float>(count: 4)
    product.multiply(
      .init(numbers.a.base), .init(numbers.b.base), into: large.base, rows: numbers.rows,
      columns: numbers.columns, inner: numbers.inner, isAdding: false)
    // [1 2; 3 4]ᵀ [1 2; 3 4]
    let square: [Float] = [1, 2, 3, 4]
    square.withUnsafeBufferPointer { square in
      guard let base = square.baseAddress else { return }
      product.multiply(
        .init(base, isTransposed: true), .init(base), into: small.base, rows: 2, columns: 2, inner: 2,
        isAdding: false)
    }
    #expect(Array(small.values) == [10, 14, 14, 20])
  }
}
