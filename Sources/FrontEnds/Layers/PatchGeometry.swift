/// Patches of the plane of bands and time coefficients: `height` neighboring bands with all coefficients,
/// every `stride` bands.
///
/// A row of the plane is `[coefficients][bands]`, a patch `[coefficients][height]`.
struct PatchGeometry: Sendable {
  let bands: Int
  let coefficients: Int
  let height: Int
  let stride: Int

  /// Patches of a row.
  var positions: Int { (bands - height) / stride + 1 }
  /// Numbers of a patch.
  var points: Int { coefficients * height }
  var width: Int { coefficients * bands }

  /// Writes the patches of a row, `[positions, points]`.
  func gather(_ row: UnsafePointer<Float>, into patches: UnsafeMutablePointer<Float>) {
    for position in 0..<positions {
      let (from, to) = (row + position * stride, patches + position * points)
      for coefficient in 0..<coefficients {
        (to + coefficient * height).update(from: from + coefficient * bands, count: height)
      }
    }
  }
}
