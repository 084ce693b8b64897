import CKernels
import Foundations

/// Mel triangles in the form of the kernels, cut into segments at each foot and center.
final class FilterBankTables: @unchecked Sendable {
  // Invariant behind @unchecked Sendable: the tables are written only in `init`.
  private let widthStorage: UnsafeMutablePointer<Int32>
  /// The number of points in each segment.
  let widths: [Int32]
  /// The weights of each segment, four rising ones and four falling ones in turn.
  let weights: AlignedBuffer<Float>
  let bins: Int
  /// The description for the kernels; valid as long as this object lives.
  let description: ck_filter_bank

  init(_ mel: MelWeights, options: MelOptions, usesLog: Bool) {
    bins = mel.triangles.count
    // In segment s the triangle of bin s rises and that of bin s − 1 falls.
    var segments: [(width: Int, rising: ArraySlice<Double>, falling: ArraySlice<Double>)] = []
    var falling: ArraySlice<Double> = []
    for triangle in mel.triangles {
      segments.append((triangle.risingCount, triangle.weights.prefix(triangle.risingCount), falling))
      falling = triangle.weights.dropFirst(triangle.risingCount)
    }
    segments.append((falling.count, [], falling))

    widths = segments.map { Int32($0.width) }
    widthStorage = .allocate(capacity: segments.count)
    widthStorage.initialize(from: widths, count: segments.count)
    var packed: [Float] = []
    for segment in segments {
      for start in stride(from: 0, to: segment.width, by: 4) {
        for side in [segment.rising, segment.falling] {
          for offset in start..<start + 4 {
            packed.append(offset < side.count ? Float(side[side.startIndex + offset]) : 0)
          }
        }
      }
    }
    weights = AlignedBuffer<Float>(packed, slack: 16)
    let first = mel.triangles.first?.firstPoint ?? 0
    let end = first + segments.reduce(0) { $0 + $1.width }
    let floor = max(options.htkMode ? 1 : 0, usesLog ? Float.ulpOfOne : 0)
    description = ck_filter_bank(
      bins: Int32(bins), widths: widthStorage, weights: weights.base, first_point: Int32(first),
      end_point: Int32(end), floor: floor, logarithm: usesLog)
  }

  deinit { widthStorage.deallocate() }
}
