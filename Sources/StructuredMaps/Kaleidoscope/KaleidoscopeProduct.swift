import Glibc

extension KaleidoscopeMatrix {
  /// The product of square butterflies, in order of application, as one map.
  ///
  /// Blocks of a kaleidoscope alternate, so an identity is inserted between neighbors of the same direction,
  /// as in torch_butterfly's `butterfly_product`. With `asWholeWidths` the map begins with a decreasing block
  /// and ends with an increasing one: a member of (𝓑𝓑*)^w.
  ///
  /// - Throws: ``StructuredMapError`` if `blocks` is empty or the sizes differ.
  package init(
    product blocks: [ButterflyMatrix<Scalar>], asWholeWidths: Bool = false
  ) throws(StructuredMapError) {
    guard let first = blocks.first else {
      throw .lengthMismatch(.blocks, expected: 1, found: 0)
    }
    for block in blocks where block.size != first.size {
      throw .lengthMismatch(.size, expected: first.size, found: block.size)
    }
    let field: NumberField = blocks.contains { $0.field == .complex } ? .complex : .real
    var alternating: [ButterflyMatrix<Scalar>] = []
    func identity(_ direction: StrideDirection) -> ButterflyMatrix<Scalar> {
      ButterflyMatrix(size: first.size, direction: direction, field: field)
    }
    if asWholeWidths, first.direction == .increasing { alternating.append(identity(.decreasing)) }
    for block in blocks {
      if alternating.last?.direction == block.direction {
        alternating.append(identity(block.direction.reversed))
      }
      alternating.append(block)
    }
    if asWholeWidths, alternating.count % 2 == 1 { alternating.append(identity(.increasing)) }
    self.init(
      identity: KaleidoscopeShape(
        unchecked: first.size, inputLength: first.size, outputLength: first.size,
        blockCount: alternating.count, firstDirection: alternating[0].direction, field: field))
    for (index, block) in alternating.enumerated() { setBlock(block, at: index) }
  }

  /// The map with other lengths: the input is padded at its end, the first outputs are kept.
  ///
  /// - Throws: ``StructuredMapError/outOfRange(_:found:allowed:)`` for lengths beyond the padded size.
  package func cut(inputLength: Int, outputLength: Int) throws(StructuredMapError) -> Self {
    guard (1...size).contains(inputLength) else {
      throw .outOfRange(.inputLength, found: inputLength, allowed: 1...size)
    }
    let most = size * shape.stackCount
    guard (1...most).contains(outputLength) else {
      throw .outOfRange(.outputLength, found: outputLength, allowed: 1...most)
    }
    var newShape = shape
    newShape.inputLength = inputLength
    newShape.outputLength = outputLength
    return Self(unchecked: newShape, parameters: parameters)
  }

  /// P_br·M·P_br for each stack, where P_br is the bit reversal of the padded size; block directions are
  /// reversed.
  package func conjugatedByBitReversal() -> Self {
    var newShape = shape
    newShape.firstDirection = shape.firstDirection.reversed
    var result = Self(identity: newShape)
    for stack in 0..<shape.stackCount {
      for index in 0..<shape.blockCount {
        result.setBlock(
          block(index, ofStack: stack).conjugatedByBitReversal(), at: index, ofStack: stack)
      }
    }
    return result
  }

  /// This matrix beginning with a block of `direction`, an identity if needed.
  ///
  /// - Throws: ``StructuredMapError/outOfRange(_:found:allowed:)`` if that makes it too large.
  package func beginning(with direction: StrideDirection) throws(StructuredMapError) -> Self {
    guard direction != shape.firstDirection else { return self }
    var newShape = shape
    newShape.firstDirection = direction
    newShape.blockCount += 1
    guard newShape.parameterCount <= KaleidoscopeShape.largestParameterCount else {
      throw .outOfRange(
        .parameters, found: newShape.parameterCount, allowed: 1...KaleidoscopeShape.largestParameterCount)
    }
    var result = Self(identity: newShape)
    for stack in 0..<shape.stackCount {
      for index in 0..<shape.blockCount {
        result.setBlock(block(index, ofStack: stack), at: index + 1, ofStack: stack)
      }
    }
    return result
  }

  /// factor·M, the magnitude spread evenly over all factors as by torch_butterfly's `*=`, the sign in the
  /// last one.
  package func scaled(by factor: Scalar) -> Self {
    var result = self
    let factors = Double(shape.blockCount * shape.logSize)
    let each = Scalar(pow(abs(Double(factor)), 1 / factors))
    let last = factor < 0 ? -each : each
    let factorStride = 2 * size
    let perStack = shape.blockCount * shape.logSize
    for i in parameters.indices {
      let isLast = (i / factorStride) % perStack == perStack - 1
      result.parameters[i] *= isLast ? last : each
    }
    return result
  }
}
