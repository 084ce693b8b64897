import Foundations
import StructuredMaps
import TestSupport
import Testing

@Suite("A Monarch matrix") struct MonarchMatrixTests {
  private func random(
    _ input: Int, _ output: Int, _ rows: Int, _ columns: Int, _ direction: StrideDirection,
    _ field: NumberField
  ) throws -> MonarchMatrix<Double> {
    var map = try MonarchMatrix<Double>(
      inputLength: input, outputLength: output, rows: rows, columns: columns, direction: direction,
      field: field)
    map.parameters = randomNumbers(map.parameterCount, seed: 61)
    return map
  }

  @Test(
    "is the product of its two layers of blocks", arguments: StrideDirection.allCases, NumberField.allCases)
  func definition(direction: StrideDirection, field: NumberField) throws {
    let (rows, columns) = (3, 4)
    let map = try random(10, 11, rows, columns, direction, field)
    // The dense layers: stride 1 has entries ((i, l), (i, j)), stride `columns` has ((k, j), (i, j)).
    func layer(_ index: Int) -> DenseMatrix {
      let isInner = (index == 0) == (direction == .increasing)
      return DenseMatrix(rows: 12, columns: 12) { to, from in
        let ((i, j), (k, l)) = ((from / columns, from % columns), (to / columns, to % columns))
        if isInner { return i == k ? map[index, i, l, j] : .zero }
        return j == l ? map[index, j, k, i] : .zero
      }
    }
    let expected = (layer(1) * layer(0)).resized(rows: 11, columns: 10)
    #expect(map.dense().relativeError(to: expected) < 1e-14)
    #expect(map.transposed().dense().relativeError(to: expected.transposed()) < 1e-14)
    #expect(map.conjugated().dense().relativeError(to: expected.conjugated()) < 1e-14)
    #expect(map.transposed().transposed() == map)
  }

  @Test(
    "has gradients equal to finite differences", arguments: StrideDirection.allCases, NumberField.allCases)
  func gradients(direction: StrideDirection, field: NumberField) throws {
    let map = try random(7, 8, 2, 4, direction, field)
    for inputField in NumberField.allCases {
      for outputField in NumberField.allCases {
        expectGradients(of: map, inputField: inputField, outputField: outputField, count: 9)
      }
    }
  }

  @Test("can be the DFT, bins in digit-reversed order", arguments: [(2, 2), (3, 5), (16, 32)])
  func dft(rows: Int, columns: Int) throws {
    let n = rows * columns
    let map = try MonarchMatrix<Double>.dft(inputLength: n - 1, rows: rows, columns: columns)
    let expected = DenseMatrix(rows: n, columns: n - 1) { position, t in
      .rootOfUnity(-(position / columns + rows * (position % columns)) * t, n)
    }
    #expect(map.dense().relativeError(to: expected) < 3e-15)
    if n == 512 { #expect(map.parameterCount == 49_152) }
  }

  @Test(
    "is recovered by projection, and any other projection is nearest", arguments: StrideDirection.allCases)
  func projection(direction: StrideDirection) throws {
    for field in NumberField.allCases {
      let map = try random(14, 15, 3, 5, direction, field)
      let found = try MonarchMatrix<Double>.projection(
        of: map.dense(), rows: 3, columns: 5, direction: direction)
      #expect(found.relativeError < 1e-13 && found.map.field == field)
      let other = randomMatrix(15, 15, field: field, seed: 62)
      let near = try MonarchMatrix<Double>.projection(of: other, rows: 3, columns: 5, direction: direction)
      #expect(near.relativeError > 0.1 && near.relativeError < 1)
      // The projection is nearest: a step in any parameter increases the error.
      for i in stride(from: 0, to: near.map.parameterCount, by: 7) {
        for step in [-0.01, 0.01] {
          var moved = near.map
          moved.parameters[i] += step
          #expect(moved.dense().relativeError(to: other) >= near.relativeError)
        }
      }
    }
  }

  @Test("can be made orthogonal or unitary", arguments: NumberField.allCases)
  func orthogonal(field: NumberField) throws {
    var map = try MonarchMatrix<Double>(
      inputLength: 20, outputLength: 20, rows: 4, columns: 5, direction: .decreasing, field: field)
    #expect(map.dense() == .identity(20))
    var generator = SplitMix64(seed: 63)
    map.makeOrthogonal(using: &generator)
    #expect((map.dense() * map.adjoint().dense()).relativeError(to: .identity(20)) < 1e-13)
    #expect(map.dense().relativeError(to: .identity(20)) > 0.5)
  }

  @Test("contains the butterflies of its grid")
  func butterflies() throws {
    var butterfly = ButterflyMatrix<Double>(size: 16, direction: .increasing, field: .complex)
    butterfly.parameters = randomNumbers(butterfly.parameterCount, seed: 64)
    let found = try MonarchMatrix<Double>.projection(
      of: butterfly.dense(), rows: 4, columns: 4, direction: .increasing)
    #expect(found.relativeError < 1e-13)
  }

  @Test("rejects grids and lengths out of range")
  func refusals() {
    func make(_ input: Int, _ output: Int, _ rows: Int, _ columns: Int) throws(StructuredMapError) {
      _ = try MonarchMatrix<Float>(
        inputLength: input, outputLength: output, rows: rows, columns: columns, direction: .increasing,
        field: .real)
    }
    #expect(throws: StructuredMapError.outOfRange(.monarchRows, found: 1, allowed: 2...1024)) {
      try make(2, 2, 1, 2)
    }
    #expect(throws: StructuredMapError.outOfRange(.monarchColumns, found: .max, allowed: 2...1024)) {
      try make(2, 2, 2, .max)
    }
    #expect(throws: StructuredMapError.outOfRange(.inputLength, found: 5, allowed: 1...4)) {
      try make(5, 2, 2, 2)
    }
    #expect(throws: StructuredMapError.outOfRange(.outputLength, found: 0, allowed: 1...4)) {
      try make(4, 0, 2, 2)
    }
    #expect(throws: StructuredMapError.self) { try make(4, 4, 1024, 1024) }
  }
}
