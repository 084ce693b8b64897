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
      MatrixProduct.multiply(
        .init(a.base, stride: isTransposed.0 ? rows : inner, isTransposed: isTransposed.0),
        .init(b.base, stride: isTransposed.1 ? inner : columns, isTransposed: isTransposed.1),
        into: c.base, stride: columns, rows: rows, columns: columns, inner: inner, isAdding: isAdding)
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

  @Test("a product has the same bits while other threads multiply")
  func threads() async {
    let numbers = Numbers()
    let alone = numbers.product(isTransposed: (false, true), isAdding: false).map(\.bitPattern)
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<4 {
        group.addTask {
          (0..<50).allSatisfy { _ in
            numbers.product(isTransposed: (false, true), isAdding: false).map(\.bitPattern) == alone
          }
        }
      }
      for await isSame in group { #expect(isSame) }
    }
  }
}
