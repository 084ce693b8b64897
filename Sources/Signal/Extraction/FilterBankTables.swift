import CKernels

/// Mel triangles in the form that the kernels read.
final class FilterBankTables: @unchecked Sendable {
  // Invariant behind @unchecked Sendable: the tables are written in `init` alone.
  private let firsts: UnsafeMutablePointer<Int32>
  private let widths: UnsafeMutablePointer<Int32>
  private let weights: AlignedFloats
  let bins: Int
  /// Refers to memory that lives as long as this object.
  let description: ck_filter_bank

  init(_ mel: MelWeights, options: MelOptions, usesLog: Bool) {
    bins = mel.triangles.count
    firsts = .allocate(capacity: bins)
    widths = .allocate(capacity: bins)
    weights = AlignedFloats(mel.triangles.flatMap { $0.weights.map { Float($0) } }, slack: 16)
    var first = mel.points
    var end = 0
    for (bin, triangle) in mel.triangles.enumerated() {
      (firsts + bin).initialize(to: Int32(triangle.firstPoint))
      (widths + bin).initialize(to: Int32(triangle.weights.count))
      first = min(first, triangle.firstPoint)
      end = max(end, triangle.firstPoint + triangle.weights.count)
    }
    let floor = max(options.htkMode ? 1 : 0, usesLog ? Float.ulpOfOne : 0)
    description = ck_filter_bank(
      bins: Int32(bins), firsts: firsts, widths: widths, weights: weights.pointer,
      firstPoint: Int32(first), endPoint: Int32(end), floor: floor, logarithm: usesLog)
  }

  deinit {
    firsts.deallocate()
    widths.deallocate()
  }
}
