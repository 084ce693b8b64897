/// torch_butterfly's twiddle tensor, `[stacks, blocks, log n, n/2, 2, 2]`.
///
/// A complex tensor is interleaved (real, imaginary), as PyTorch stores complex64.
package struct TwiddleTensor<Scalar: MapScalar>: Sendable, Equatable {
  package var shape: [Int]
  package var field: NumberField

  /// Row-major, `planeCount` scalars per element.
  package var scalars: [Scalar]

  package init(shape: [Int], field: NumberField, scalars: [Scalar]) {
    self.shape = shape
    self.field = field
    self.scalars = scalars
  }
}

extension KaleidoscopeMatrix {
  /// The twiddles in torch_butterfly's layout; its `increasing_stride` is
  /// ``KaleidoscopeShape/firstDirection``.
  package var twiddleTensor: TwiddleTensor<Scalar> {
    guard field == .complex else {
      return TwiddleTensor(shape: shape.twiddleShape, field: .real, scalars: parameters)
    }
    var scalars: [Scalar] = []
    scalars.reserveCapacity(parameters.count)
    for i in 0..<shape.planeStride {
      scalars.append(parameters[i])
      scalars.append(parameters[shape.planeStride + i])
    }
    return TwiddleTensor(shape: shape.twiddleShape, field: .complex, scalars: scalars)
  }

  /// A map with torch_butterfly's twiddles.
  ///
  /// - Parameters:
  ///   - tensor: `[stacks, blocks, log n, n/2, 2, 2]`; it may come from a file, so all of it is checked.
  ///   - inputLength: torch's `in_size`, at most n.
  ///   - outputLength: torch's `out_size`, at most stacks·n.
  ///   - firstDirection: torch's `increasing_stride` of the first block.
  /// - Throws: ``StructuredMapError`` for a wrong shape or length, or values that are not finite.
  package init(
    torch tensor: TwiddleTensor<Scalar>, inputLength: Int, outputLength: Int,
    firstDirection: StrideDirection
  ) throws(StructuredMapError) {
    let found = tensor.shape
    guard found.count == 6, found[0] >= 1, found[1] >= 1, (1...20).contains(found[2]) else {
      throw .shapeMismatch(.twiddle, expected: [1, 1, 1, 1, 2, 2], found: found)
    }
    let size = 1 << found[2]
    let expected = [found[0], found[1], found[2], size / 2, 2, 2]
    guard found == expected else { throw .shapeMismatch(.twiddle, expected: expected, found: found) }
    // The product of the dimensions must neither overflow nor exceed the limit.
    var count = tensor.field.planeCount
    for dimension in found {
      let (next, overflow) = count.multipliedReportingOverflow(by: dimension)
      guard !overflow, next <= KaleidoscopeShape.largestParameterCount else {
        throw .shapeMismatch(.twiddle, expected: expected, found: found)
      }
      count = next
    }
    guard tensor.scalars.count == count else {
      throw .lengthMismatch(.twiddle, expected: count, found: tensor.scalars.count)
    }
    guard (1...size).contains(inputLength) else {
      throw .outOfRange(.inputLength, found: inputLength, allowed: 1...size)
    }
    guard (1...(size * found[0])).contains(outputLength) else {
      throw .outOfRange(.outputLength, found: outputLength, allowed: 1...(size * found[0]))
    }
    if let index = tensor.scalars.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(.twiddle, index: index)
    }
    var shape = KaleidoscopeShape(
      unchecked: size, inputLength: inputLength, outputLength: outputLength, blockCount: found[1],
      firstDirection: firstDirection, field: tensor.field)
    shape.stackCount = found[0]
    var parameters = tensor.scalars
    if tensor.field == .complex {
      let plane = shape.planeStride
      for i in 0..<plane {
        parameters[i] = tensor.scalars[2 * i]
        parameters[plane + i] = tensor.scalars[2 * i + 1]
      }
    }
    self.init(unchecked: shape, parameters: parameters)
  }
}
