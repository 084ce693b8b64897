import CKernels

/// One of the instruction sets that this processor runs.
struct InstructionSet: CustomStringConvertible, Sendable {
  let index: Int32

  static let all = (0..<ck_count()).map { InstructionSet(index: $0) }

  /// Those whose bits have to agree: the ones with a fused multiply-add.
  static let fused = all.filter { $0.description != "baseline" }

  var kernels: ck_kernels { ck_at(index).pointee }
  var group: Int { Int(kernels.group) }
  var description: String { String(cString: kernels.name) }
}

/// Lengths around those of vectors, sums' lanes and frames.
let awkwardLengths = [
  0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 79, 80, 127, 129, 200, 400, 551,
]

/// Floats at an offset from a 64-byte boundary, with room that kernels may read and numbers in it that would show.
func withFloats<Result>(
  _ values: [Float], offset: Int = 0, spare: Float = .nan, _ body: (UnsafeMutablePointer<Float>) -> Result
) -> Result {
  let count = 16 + offset + values.count + Int(CK_SLACK) + 16
  let memory = UnsafeMutableRawPointer.allocate(byteCount: count * 4, alignment: 64)
  defer { memory.deallocate() }
  let floats = memory.bindMemory(to: Float.self, capacity: count)
  floats.initialize(repeating: spare, count: count)
  let start = floats + 16 + offset
  for (index, value) in values.enumerated() { start[index] = value }
  return body(start)
}

/// So many floats that a kernel writes.
func output(_ count: Int, offset: Int = 0, _ body: (UnsafeMutablePointer<Float>) -> Void) -> [Float] {
  withFloats([Float](repeating: 0, count: count), offset: offset) { floats in
    body(floats)
    return Array(UnsafeBufferPointer(start: floats, count: count))
  }
}

extension [Float] {
  var bits: [UInt32] { map(\.bitPattern) }
}
