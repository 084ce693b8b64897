import CKernels

/// The kernels of one instruction set.
struct Kernels: @unchecked Sendable {
  // Invariant behind @unchecked Sendable: the table is a constant of the program.
  let table: UnsafePointer<ck_kernels>

  /// The best that this processor runs.
  static let best = Kernels(table: ck_best())

  /// All that this processor runs, worst first.
  static let all = (0..<ck_count()).map { Kernels(table: ck_at($0)) }

  /// The instruction set.
  var name: String { String(cString: table.pointee.name) }

  /// Frames in a group.
  var group: Int { Int(table.pointee.group) }

  /// Adds normal noise to a frame, keyed by seed, utterance and frame.
  func addDither(
    to x: UnsafeMutablePointer<Float>, count: Int, scale: Float, seed: UInt64, utterance: UInt64,
    frame: UInt64
  ) {
    table.pointee.dither(x, count, scale, seed, utterance, frame)
  }
}
