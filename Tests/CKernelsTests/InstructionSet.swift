import CKernels

/// An instruction set that this processor can run.
struct InstructionSet: CustomStringConvertible, Sendable {
  let index: Int32

  static let all = (0..<ck_instruction_set_count()).map { InstructionSet(index: $0) }

  /// The instruction sets with a fused multiply-add, whose results must be identical.
  static let fused = all.filter { $0.description != "baseline" }

  var signal: ck_signal_kernels { ck_signal_at(index).pointee }
  var lanes: ck_lane_kernels { ck_lanes_at(index).pointee }
  var butterfly: ck_butterfly_kernels { ck_butterfly_at(index).pointee }
  var layers: ck_layer_kernels { ck_layers_at(index).pointee }
  /// The number of frames per group of the signal kernels.
  var group: Int { Int(signal.group) }
  var description: String { String(cString: signal.name) }
}

/// Lengths near those of vectors, of the lanes of sums, and of frames.
let awkwardLengths = [
  0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 79, 80, 127, 129, 200, 400, 551,
]

/// Calls `body` with floats at an offset from a 64-byte boundary, surrounded by `spare` values, which must
/// not affect results.
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

/// The `count` floats that `body` writes.
func output(_ count: Int, offset: Int = 0, _ body: (UnsafeMutablePointer<Float>) -> Void) -> [Float] {
  withFloats([Float](repeating: 0, count: count), offset: offset) { floats in
    body(floats)
    return Array(UnsafeBufferPointer(start: floats, count: count))
  }
}

extension [Float] {
  var bits: [UInt32] { map(\.bitPattern) }
}
