import Foundation

/// A matrix of values as colored cells.
struct Raster {
  let width, height: Int
  private let indices: [UInt8]
  private let map: ColorMap

  /// Colors the values, `[height, width]`, top row first, by a map over `range`.
  ///
  /// Values out of range are clamped; NaN has the color of the lower end.
  init(
    width: Int, height: Int, range: (lower: Double, upper: Double), map: ColorMap,
    value: (_ row: Int, _ column: Int) -> Double
  ) {
    self.width = max(0, width)
    self.height = max(0, height)
    self.map = map
    let scale = range.upper > range.lower ? Double(map.palette.count - 1) / (range.upper - range.lower) : 0
    var indices: [UInt8] = []
    indices.reserveCapacity(self.width * self.height)
    for row in 0..<self.height {
      for column in 0..<self.width {
        let position = (value(row, column) - range.lower) * scale
        indices.append(position.isNaN ? 0 : UInt8(min(max(position.rounded(), 0), 254)))
      }
    }
    self.indices = indices
  }

  /// All colors of a map, from its lower to its upper end.
  static func legend(_ map: ColorMap) -> Raster {
    Raster(width: 64, height: 1, range: (0, 63), map: map) { _, column in Double(column) }
  }

  var png: [UInt8] { PNG.bytes(width: width, height: height, indices: indices, palette: map.palette) }

  /// The image as a `data:` URI.
  var dataURI: String { "data:image/png;base64," + Data(png).base64EncodedString() }
}
