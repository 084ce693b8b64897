/// The shape of a ``KaleidoscopeMatrix``: lengths, padded size, stacks and the directions of its blocks.
package struct KaleidoscopeShape: Sendable, Hashable {
  package var inputLength: Int
  package var outputLength: Int

  /// n, a power of two: what each block is.
  package var size: Int

  /// Independent products of blocks, see ``MapTiling/Arrangement``.
  package var stackCount: Int
  package var arrangement: MapTiling.Arrangement

  /// Blocks of alternating directions, each log2 n factors.
  package var blockCount: Int
  package var firstDirection: StrideDirection
  package var field: NumberField

  /// The largest padded size: 2²⁰.
  package static var largestSize: Int { 1 << 20 }

  /// The most parameters a map may have, 2²⁸: a shape comes from a file, and memory from a shape.
  package static var largestParameterCount: Int { 1 << 28 }

  /// The paper's (𝓑𝓑*)^w_e: S E Sᵀ, where E is of size e·2^⌈log2 max(input, output)⌉ and a product of w
  /// 𝓑𝓑*, Sᵀ pads the input with zeros at its end and S keeps the first outputs.
  ///
  /// - Throws: ``StructuredMapError/outOfRange(_:found:allowed:)``, or `notPowerOfTwo` of the expansion.
  package init(
    inputLength: Int, outputLength: Int, width: Int = 1, expansion: Int = 1, field: NumberField
  ) throws(StructuredMapError) {
    try Self.check(inputLength, .inputLength, 1...Self.largestSize)
    try Self.check(outputLength, .outputLength, 1...Self.largestSize)
    try Self.check(width, .width, 1...64)
    try Self.check(expansion, .expansion, 1...Self.largestSize)
    guard expansion.nonzeroBitCount == 1 else { throw .notPowerOfTwo(.expansion, found: expansion) }
    let core = Self.paddedSize(max(inputLength, outputLength))
    try Self.check(expansion, .expansion, 1...(Self.largestSize / core))
    self.init(
      unchecked: core * expansion, inputLength: inputLength, outputLength: outputLength,
      blockCount: 2 * width, firstDirection: .decreasing, field: field)
    try checkParameterCount()
  }

  /// torch_butterfly's shape: n = 2^⌈log2 input⌉, and ⌈output / n⌉ stacks whose outputs are concatenated and cut.
  ///
  /// 𝓑𝓑* is `blockCount` 2 beginning with `decreasing`.
  package init(
    inputLength: Int, outputLength: Int, blockCount: Int, firstDirection: StrideDirection,
    field: NumberField
  ) throws(StructuredMapError) {
    try Self.check(inputLength, .inputLength, 1...Self.largestSize)
    try Self.check(outputLength, .outputLength, 1...Self.largestSize)
    try Self.check(blockCount, .blockCount, 1...128)
    self.init(
      unchecked: Self.paddedSize(inputLength), inputLength: inputLength, outputLength: outputLength,
      blockCount: blockCount, firstDirection: firstDirection, field: field)
    stackCount = (outputLength + size - 1) / size
    try checkParameterCount()
  }

  /// One stack, values known to be right.
  init(
    unchecked size: Int, inputLength: Int, outputLength: Int, blockCount: Int,
    firstDirection: StrideDirection, field: NumberField
  ) {
    precondition(size >= 2 && size.nonzeroBitCount == 1 && inputLength > 0 && outputLength > 0)
    self.inputLength = inputLength
    self.outputLength = outputLength
    self.size = size
    stackCount = 1
    arrangement = .outputsConcatenated
    self.blockCount = blockCount
    self.firstDirection = firstDirection
    self.field = field
  }

  package var logSize: Int { size.trailingZeroBitCount }

  /// `[stacks][blocks][log n][n/2][2][2]`.
  package var twiddleShape: [Int] { [stackCount, blockCount, logSize, size / 2, 2, 2] }

  /// Scalars of one plane of one block.
  package var blockStride: Int { 2 * size * logSize }

  /// Scalars of one plane of one stack.
  package var stackStride: Int { blockCount * blockStride }

  /// Scalars of one plane.
  package var planeStride: Int { stackCount * stackStride }

  /// Real parameters, the planes together; (𝓑𝓑*)^w_e over the reals has 4·w·(en)·log2(en).
  package var parameterCount: Int { field.planeCount * planeStride }

  package func direction(ofBlock block: Int) -> StrideDirection { firstDirection.alternated(block) }

  /// The shape of the transpose.
  package var transposed: KaleidoscopeShape {
    var result = self
    result.inputLength = outputLength
    result.outputLength = inputLength
    result.arrangement = arrangement.transposed
    result.firstDirection = direction(ofBlock: blockCount - 1).reversed
    return result
  }

  /// The least power of two, at least 2, that holds `length`.
  package static func paddedSize(_ length: Int) -> Int {
    precondition(length >= 1 && length <= 1 << 62)
    return length <= 2 ? 2 : 1 << (Int.bitWidth - (length - 1).leadingZeroBitCount)
  }

  private static func check(
    _ value: Int, _ name: StructuredMapField, _ allowed: ClosedRange<Int>
  ) throws(StructuredMapError) {
    guard allowed.contains(value) else { throw .outOfRange(name, found: value, allowed: allowed) }
  }

  private func checkParameterCount() throws(StructuredMapError) {
    try Self.check(parameterCount, .parameters, 1...Self.largestParameterCount)
  }
}
