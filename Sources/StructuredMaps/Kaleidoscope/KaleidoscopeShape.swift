/// The shape of a ``KaleidoscopeMatrix``: lengths, padded size, stacks and the directions of its blocks.
package struct KaleidoscopeShape: Sendable, Hashable {
  package var inputLength: Int
  package var outputLength: Int

  /// The padded size n of each block, a power of two.
  package var size: Int

  /// The number of independent products of blocks, see ``MapTiling/Arrangement``.
  package var stackCount: Int
  package var arrangement: MapTiling.Arrangement

  /// The number of blocks of alternating directions, each of log₂ n factors.
  package var blockCount: Int
  package var firstDirection: StrideDirection
  package var field: NumberField

  /// The largest padded size: 2²⁰.
  package static var largestSize: Int { 1 << 20 }

  /// The largest number of parameters, 2²⁸: shapes come from files and determine how much is allocated.
  package static var largestParameterCount: Int { 1 << 28 }

  /// The paper's (𝓑𝓑*)^w_e = S E Sᵀ: E is a product of w members of 𝓑𝓑* of size e·2^⌈log₂ max(input,
  /// output)⌉.
  ///
  /// Sᵀ pads the input with zeros at its end, S keeps the first outputs.
  ///
  /// - Throws: ``StructuredMapError/outOfRange(_:found:allowed:)``, or `notPowerOfTwo` for the expansion.
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

  /// torch_butterfly's shape: n = 2^⌈log₂ input⌉ and ⌈output / n⌉ stacks, whose outputs are concatenated and
  /// truncated.
  ///
  /// 𝓑𝓑* is `blockCount` 2 beginning with `decreasing`.
  ///
  /// - Throws: ``StructuredMapError/outOfRange(_:found:allowed:)``.
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

  /// One stack of lengths that were checked.
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

  /// Scalars per plane and block.
  package var blockStride: Int { 2 * size * logSize }

  /// Scalars per plane and stack.
  package var stackStride: Int { blockCount * blockStride }

  /// Scalars per plane.
  package var planeStride: Int { stackCount * stackStride }

  /// The number of real parameters in all planes; 4·w·(en)·log₂(en) for a real (𝓑𝓑*)^w_e.
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

  /// The smallest power of two, at least 2, that is not below `length`.
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
