import Glibc

/// A Monarch matrix: two layers of dense blocks over a grid of n = rows · columns positions.
///
/// Position i·columns + j is at (i, j) of the grid. The layer of stride 1 mixes j within each row i by
/// `columns` × `columns` blocks, the layer of stride `columns` mixes i within each column j by `rows` ×
/// `rows` blocks. `direction` increasing applies stride 1 first, as in butterflies, which are special cases.
/// Each plane of parameters holds the two layers in order of application, each `[blocks][size][size]`: n(rows
/// + columns) numbers.
///
/// Source: Dao et al., "Monarch", ICML 2022.
package struct MonarchMatrix<Scalar: MapScalar>: Sendable, Equatable {
  package let inputLength: Int
  package let outputLength: Int
  package let rows: Int
  package let columns: Int
  package let direction: StrideDirection
  package let field: NumberField
  package var parameters: [Scalar] {
    didSet { precondition(parameters.count == oldValue.count) }
  }

  /// The identity, truncated to the lengths.
  ///
  /// - Parameters:
  ///   - inputLength: at most n; padded with zeros at the end.
  ///   - outputLength: at most n; the first outputs are kept.
  ///   - rows: the rows of the grid, 2 … 1024.
  ///   - columns: the columns of the grid, 2 … 1024.
  ///   - direction: the order of the layers.
  ///   - field: the field of the entries.
  /// - Throws: ``StructuredMapError/outOfRange(_:found:allowed:)``.
  package init(
    inputLength: Int, outputLength: Int, rows: Int, columns: Int, direction: StrideDirection,
    field: NumberField
  ) throws(StructuredMapError) {
    let sides = 2...1024
    guard sides.contains(rows) else { throw .outOfRange(.monarchRows, found: rows, allowed: sides) }
    guard sides.contains(columns) else { throw .outOfRange(.monarchColumns, found: columns, allowed: sides) }
    let lengths = 1...(rows * columns)
    guard lengths.contains(inputLength) else {
      throw .outOfRange(.inputLength, found: inputLength, allowed: lengths)
    }
    guard lengths.contains(outputLength) else {
      throw .outOfRange(.outputLength, found: outputLength, allowed: lengths)
    }
    let count = field.planeCount * rows * columns * (rows + columns)
    guard count <= KaleidoscopeShape.largestParameterCount else {
      throw .outOfRange(.parameters, found: count, allowed: 1...KaleidoscopeShape.largestParameterCount)
    }
    self.inputLength = inputLength
    self.outputLength = outputLength
    self.rows = rows
    self.columns = columns
    self.direction = direction
    self.field = field
    parameters = Array(repeating: 0, count: count)
    for layer in 0..<2 {
      let size = blockSize(ofLayer: layer)
      for block in 0..<(self.size / size) {
        for i in 0..<size { self[layer, block, i, i] = .one }
      }
    }
  }

  package var size: Int { rows * columns }

  /// Scalars per plane.
  var planeStride: Int { size * (rows + columns) }

  /// The side of a layer's blocks, of which there are `size` / side.
  package func blockSize(ofLayer layer: Int) -> Int {
    precondition(layer == 0 || layer == 1)
    return (layer == 0) == (direction == .increasing) ? columns : rows
  }

  /// Entry (row, column) of a block of layer 0 or 1, in order of application.
  package subscript(layer: Int, block: Int, row: Int, column: Int) -> Complex {
    get {
      let at = index(layer, block, row, column)
      return Complex(
        Double(parameters[at]), field == .complex ? Double(parameters[planeStride + at]) : 0)
    }
    set {
      let at = index(layer, block, row, column)
      parameters[at] = Scalar(newValue.real)
      if field == .complex { parameters[planeStride + at] = Scalar(newValue.imaginary) }
    }
  }

  private func index(_ layer: Int, _ block: Int, _ row: Int, _ column: Int) -> Int {
    let side = blockSize(ofLayer: layer)
    precondition(block >= 0 && block < size / side)
    precondition(row >= 0 && row < side && column >= 0 && column < side)
    return layer * size * blockSize(ofLayer: 0) + (block * side + row) * side + column
  }

  /// This map in another precision.
  package init<Other: MapScalar>(_ other: MonarchMatrix<Other>) {
    inputLength = other.inputLength
    outputLength = other.outputLength
    rows = other.rows
    columns = other.columns
    direction = other.direction
    field = other.field
    parameters = other.parameters.map { Scalar($0) }
  }

  /// The DFT of rows·columns points as one decreasing Monarch matrix.
  ///
  /// Position k₁·columns + k₂ of the output holds bin k₁ + rows·k₂.
  ///
  /// - Throws: ``StructuredMapError/outOfRange(_:found:allowed:)``.
  package static func dft(
    inputLength: Int, rows: Int, columns: Int, scale: TransformScale = .unscaled
  ) throws(StructuredMapError) -> Self {
    var map = try Self(
      inputLength: inputLength, outputLength: rows * columns, rows: rows, columns: columns,
      direction: .decreasing, field: .complex)
    let n = rows * columns
    let all: Double =
      switch scale {
      case .unscaled: 1
      case .orthonormal: 1 / Double(n).squareRoot()
      case .inverse: 1 / Double(n)
      }
    let each = all.squareRoot()
    for j in 0..<columns {
      for k in 0..<rows {
        for i in 0..<rows { map[0, j, k, i] = each * .rootOfUnity(-k * (i * columns + j), n) }
      }
    }
    for k in 0..<rows {
      for l in 0..<columns {
        for j in 0..<columns { map[1, k, l, j] = each * .rootOfUnity(-l * j, columns) }
      }
    }
    return map
  }

  /// Replaces all blocks by independent orthogonal or unitary ones: Gaussian matrices, orthonormalized.
  package mutating func makeOrthogonal(using generator: inout some RandomNumberGenerator) {
    for layer in 0..<2 {
      let side = blockSize(ofLayer: layer)
      for block in 0..<(size / side) {
        let q = Self.randomOrthonormal(side, field, &generator)
        for r in 0..<side { for c in 0..<side { self[layer, block, r, c] = q[r][c] } }
      }
    }
  }

  /// A matrix from Haar measure: Gaussian rows, orthonormalized by Gram-Schmidt, twice each for precision.
  private static func randomOrthonormal(
    _ side: Int, _ field: NumberField, _ generator: inout some RandomNumberGenerator
  ) -> [[Complex]] {
    var basis: [[Complex]] = []
    while basis.count < side {
      var row = (0..<side).map { _ in normalPair(&generator, field) }
      for _ in 0..<2 {
        for other in basis {
          let overlap = zip(other, row).reduce(Complex.zero) { $0 + $1.0.conjugate * $1.1 }
          for i in row.indices { row[i] = row[i] - overlap * other[i] }
        }
      }
      let norm = row.reduce(0.0) { $0 + $1.squaredMagnitude }.squareRoot()
      guard norm > 1e-8 else { continue }
      basis.append(row.map { (1 / norm) * $0 })
    }
    return basis
  }

  /// A pair of normal variates by Box-Muller; only the first in a real field.
  private static func normalPair(
    _ generator: inout some RandomNumberGenerator, _ field: NumberField
  ) -> Complex {
    let radius = (-2 * log(Double((generator.next() >> 11) + 1) * 0x1p-53)).squareRoot()
    let angle = 2 * Double.pi * Double(generator.next() >> 11) * 0x1p-53
    return Complex(radius * cos(angle), field == .complex ? radius * sin(angle) : 0)
  }

  /// The Monarch matrix nearest to a matrix in Frobenius norm, and its error.
  ///
  /// Each pair of one block of either layer meets in an outer product, which is approximated independently of
  /// all others, so the projection is exact (unlike that onto butterflies).
  ///
  /// - Throws: ``StructuredMapError``.
  package static func projection(
    of matrix: DenseMatrix, rows: Int, columns: Int, direction: StrideDirection
  ) throws(StructuredMapError) -> (map: MonarchMatrix<Double>, relativeError: Double) {
    if let index = matrix.elements.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(.matrix, index: index)
    }
    var map = try MonarchMatrix<Double>(
      inputLength: matrix.columns, outputLength: matrix.rows, rows: rows, columns: columns,
      direction: direction, field: matrix.isReal ? .real : .complex)
    let n = rows * columns
    let padded = matrix.resized(rows: n, columns: n)
    for i in 0..<rows {
      for j in 0..<columns {
        // Increasing: from row i through the middle to column j. Decreasing: from column j to row i.
        let block =
          direction == .increasing
          ? DenseMatrix(rows: rows, columns: columns) { padded[$0 * columns + j, i * columns + $1] }
          : DenseMatrix(rows: columns, columns: rows) { padded[i * columns + $0, $1 * columns + j] }
        let pair = RankOneApproximation(block)
        let (first, second) = direction == .increasing ? (i, j) : (j, i)
        let middle = direction == .increasing ? (j, i) : (i, j)
        for (c, value) in pair.right.enumerated() { map[0, first, middle.0, c] = value }
        for (r, value) in pair.left.enumerated() { map[1, second, r, middle.1] = value }
      }
    }
    return (map, map.dense().relativeError(to: matrix))
  }
}

extension MonarchMatrix: StructuredMap {
  package var operationCount: OperationCount {
    OperationCount.products(size * (rows + columns), sums: 2 * size, field: field)
  }

  package var tiling: MapTiling {
    MapTiling(
      size: size, stackCount: 1, arrangement: .outputsConcatenated, scratchVectors: 2 * size,
      keptVectors: 6 * size)
  }

  package func transposed() -> Self {
    var result = Self(transposedShapeOf: self)
    for layer in 0..<2 {
      let side = blockSize(ofLayer: layer)
      for block in 0..<(size / side) {
        for r in 0..<side { for c in 0..<side { result[1 - layer, block, c, r] = self[layer, block, r, c] } }
      }
    }
    return result
  }

  package func conjugated() -> Self {
    guard field == .complex else { return self }
    var result = self
    for i in planeStride..<(2 * planeStride) { result.parameters[i] = -parameters[i] }
    return result
  }

  /// The transposed shape with parameters yet to be set.
  private init(transposedShapeOf other: Self) {
    inputLength = other.outputLength
    outputLength = other.inputLength
    rows = other.rows
    columns = other.columns
    direction = other.direction.reversed
    field = other.field
    parameters = other.parameters
  }

  package func forwardTile(
    _ tile: UnsafeMutablePointer<SIMD8<Scalar>>, scratch: UnsafeMutablePointer<SIMD8<Scalar>>, stack: Int,
    parameters: UnsafePointer<Scalar>
  ) {
    BlockKernel.forward(UnsafePointer(tile), scratch, pass(0, parameters))
    BlockKernel.forward(UnsafePointer(scratch), tile, pass(1, parameters))
  }

  package func forwardTileKeeping(
    _ tile: UnsafeMutablePointer<SIMD8<Scalar>>, kept: UnsafeMutablePointer<SIMD8<Scalar>>, stack: Int,
    parameters: UnsafePointer<Scalar>
  ) {
    // Backward needs the input of each layer, not the output.
    kept.update(from: tile, count: 2 * size)
    BlockKernel.forward(UnsafePointer(kept), kept + 2 * size, pass(0, parameters))
  }

  package func backwardTile(
    _ tile: UnsafeMutablePointer<SIMD8<Scalar>>, kept: UnsafeMutablePointer<SIMD8<Scalar>>, stack: Int,
    parameters: UnsafePointer<Scalar>, gradient: UnsafeMutablePointer<Scalar>
  ) {
    let middle = kept + 4 * size
    BlockKernel.backward(
      UnsafePointer(kept + 2 * size), UnsafePointer(tile), middle, pass(1, parameters),
      gradient + layerOffset(1))
    BlockKernel.backward(
      UnsafePointer(kept), UnsafePointer(middle), tile, pass(0, parameters), gradient)
  }

  private func layerOffset(_ layer: Int) -> Int { layer == 0 ? 0 : size * blockSize(ofLayer: 0) }

  private func pass(_ layer: Int, _ parameters: UnsafePointer<Scalar>) -> BlockPass<Scalar> {
    let side = blockSize(ofLayer: layer)
    let isInner = (layer == 0) == (direction == .increasing)
    return BlockPass(
      weights: parameters + layerOffset(layer), imaginaryOffset: planeStride, isComplex: field == .complex,
      blockCount: size / side, blockSize: side, blockStride: isInner ? columns : 1,
      elementStride: isInner ? 1 : columns)
  }
}
