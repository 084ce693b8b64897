import CKernels

/// The kernels of one instruction set.
struct Kernels: @unchecked Sendable {
  // Invariant behind @unchecked Sendable: the table is constant.
  let table: UnsafePointer<ck_signal_kernels>

  /// The best kernels for this processor.
  static let best = Kernels(table: ck_signal_best())

  /// All kernels that this processor can run, worst first.
  static let all = (0..<ck_instruction_set_count()).map { Kernels(table: ck_signal_at($0)) }

  /// The name of the instruction set.
  var name: String { String(cString: table.pointee.name) }

  /// Frames per group.
  var group: Int { Int(table.pointee.group) }

  /// Adds normal noise to a frame, keyed by seed, utterance and frame.
  func addDither(
    to x: UnsafeMutablePointer<Float>, count: Int, scale: Float, seed: UInt64, utterance: UInt64,
    frame: UInt64
  ) {
    table.pointee.dither(x, count, scale, seed, utterance, frame)
  }
}
