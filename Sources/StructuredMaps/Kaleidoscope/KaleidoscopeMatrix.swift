/// A kaleidoscope matrix: products of butterfly blocks of alternating directions, with padding and
/// truncation.
///
/// Parameters are `[planes][stacks][blocks][log n][n/2][2][2]` in order of application, each plane laid out
/// as torch_butterfly's twiddle.
///
/// Source: Dao et al., "Kaleidoscope", ICLR 2020, definition 2.4.
package struct KaleidoscopeMatrix<Scalar: MapScalar>: Sendable, Equatable {
  package let shape: KaleidoscopeShape
  package var parameters: [Scalar] {
    // Does not use `oldValue`, which would copy the array each time a number is set.
    didSet { precondition(parameters.count == shape.parameterCount) }
  }

  /// The identity of the padded size, truncated to the lengths.
  package init(identity shape: KaleidoscopeShape) {
    self.shape = shape
    parameters = Array(repeating: 0, count: shape.parameterCount)
    for i in 0..<(shape.planeStride / 4) {
      parameters[4 * i] = 1
      parameters[4 * i + 3] = 1
    }
  }

  init(unchecked shape: KaleidoscopeShape, parameters: [Scalar]) {
    precondition(parameters.count == shape.parameterCount)
    self.shape = shape
    self.parameters = parameters
  }

  /// A map of `shape` with `parameters` that may come from a file.
  ///
  /// - Throws: ``StructuredMapError/lengthMismatch(_:expected:found:)``.
  package init(shape: KaleidoscopeShape, parameters: [Scalar]) throws(StructuredMapError) {
    guard parameters.count == shape.parameterCount else {
      throw .lengthMismatch(.parameters, expected: shape.parameterCount, found: parameters.count)
    }
    self.init(unchecked: shape, parameters: parameters)
  }

  /// This map in another precision.
  package init<Other: MapScalar>(_ other: KaleidoscopeMatrix<Other>) {
    self.init(unchecked: other.shape, parameters: other.parameters.map { Scalar($0) })
  }

  package var size: Int { shape.size }

  /// The block at `index` of a stack, in order of application.
  package func block(_ index: Int, ofStack stack: Int = 0) -> ButterflyMatrix<Scalar> {
    var block = ButterflyMatrix<Scalar>(
      size: size, direction: shape.direction(ofBlock: index), field: shape.field)
    for plane in 0..<shape.field.planeCount {
      let start = offset(plane, stack, index)
      for i in 0..<shape.blockStride {
        block.parameters[plane * shape.blockStride + i] = parameters[start + i]
      }
    }
    return block
  }

  /// Replaces the block at `index` of a stack.
  package mutating func setBlock(
    _ block: ButterflyMatrix<Scalar>, at index: Int, ofStack stack: Int = 0
  ) {
    precondition(block.size == size && block.direction == shape.direction(ofBlock: index))
    precondition(block.field == .real || shape.field == .complex)
    for plane in 0..<shape.field.planeCount {
      let start = offset(plane, stack, index)
      for i in 0..<shape.blockStride {
        parameters[start + i] =
          plane < block.field.planeCount ? block.parameters[plane * shape.blockStride + i] : 0
      }
    }
  }

  private func offset(_ plane: Int, _ stack: Int, _ block: Int) -> Int {
    precondition(stack >= 0 && stack < shape.stackCount && block >= 0 && block < shape.blockCount)
    return plane * shape.planeStride + stack * shape.stackStride + block * shape.blockStride
  }
}

extension KaleidoscopeMatrix: StructuredMap {
  package var inputLength: Int { shape.inputLength }
  package var outputLength: Int { shape.outputLength }
  package var field: NumberField { shape.field }

  /// log n factors per block, n/2 pairs per factor, one 2 × 2 product per pair; and the sums of stacks.
  package var operationCount: OperationCount {
    let pairs = shape.stackCount * shape.blockCount * shape.logSize * (size / 2)
    var count = OperationCount.products(4 * pairs, sums: 2 * pairs, field: field)
    if shape.arrangement == .inputsConcatenated {
      count.additions += field.planeCount * (shape.stackCount - 1) * outputLength
    }
    return count
  }

  package var tiling: MapTiling {
    MapTiling(
      size: size, stackCount: shape.stackCount, arrangement: shape.arrangement, scratchVectors: 0,
      keptVectors: 2 * size * shape.blockCount * shape.logSize)
  }

  package var butterflyLayout: ButterflyLayout? { layout }

  var layout: ButterflyLayout {
    ButterflyLayout(
      logSize: shape.logSize, stackCount: shape.stackCount, blockCount: shape.blockCount,
      firstDirection: shape.firstDirection, field: field)
  }

  /// Mᵀ: each factor transposed, their order reversed; concatenated stacks become added ones.
  package func transposed() -> Self {
    var result = Self(identity: shape.transposed)
    for stack in 0..<shape.stackCount {
      for index in 0..<shape.blockCount {
        result.setBlock(
          block(index, ofStack: stack).transposed(), at: shape.blockCount - 1 - index, ofStack: stack)
      }
    }
    return result
  }

  package func conjugated() -> Self {
    guard field == .complex else { return self }
    var result = self
    for i in shape.planeStride..<(2 * shape.planeStride) { result.parameters[i] = -parameters[i] }
    return result
  }

  package func forwardTile(
    _ tile: UnsafeMutablePointer<SIMD8<Scalar>>, scratch: UnsafeMutablePointer<SIMD8<Scalar>>, stack: Int,
    parameters: UnsafePointer<Scalar>
  ) { ButterflyKernel.forward(tile, pass(stack, parameters)) }

  package func forwardTileKeeping(
    _ tile: UnsafeMutablePointer<SIMD8<Scalar>>, kept: UnsafeMutablePointer<SIMD8<Scalar>>, stack: Int,
    parameters: UnsafePointer<Scalar>
  ) { ButterflyKernel.forwardKeeping(tile, kept, pass(stack, parameters)) }

  package func backwardTile(
    _ tile: UnsafeMutablePointer<SIMD8<Scalar>>, kept: UnsafeMutablePointer<SIMD8<Scalar>>, stack: Int,
    parameters: UnsafePointer<Scalar>, gradient: UnsafeMutablePointer<Scalar>
  ) {
    ButterflyKernel.backward(
      tile, UnsafePointer(kept), pass(stack, parameters), gradient + stack * shape.stackStride)
  }

  private func pass(_ stack: Int, _ parameters: UnsafePointer<Scalar>) -> ButterflyPass<Scalar> {
    ButterflyPass(
      twiddle: parameters + stack * shape.stackStride, imaginaryOffset: shape.planeStride,
      isComplex: field == .complex, logSize: shape.logSize, blockCount: shape.blockCount,
      firstDirection: shape.firstDirection)
  }
}
