/// A color with 8 bits per channel.
struct RGB: Equatable {
  var red, green, blue: UInt8
}

/// A map from values to 255 colors, safe for color-blind readers and designed for white paper.
///
/// On a dark page the style sheet inverts lightness, so zero always has the color of the page.
struct ColorMap {
  /// An odd number of colors, so that a diverging map has white in the middle.
  let palette: [RGB]

  /// White to black, as in printed spectrograms.
  static let gray = ColorMap([RGB(red: 255, green: 255, blue: 255), RGB(red: 20, green: 20, blue: 20)])

  /// White to dark blue.
  static let blue = ColorMap([
    RGB(red: 255, green: 255, blue: 255), RGB(red: 158, green: 202, blue: 230),
    RGB(red: 0, green: 114, blue: 178), RGB(red: 0, green: 45, blue: 90),
  ])

  /// Blue for less, white for zero, orange for more.
  static let blueOrange = ColorMap([
    RGB(red: 0, green: 68, blue: 136), RGB(red: 86, green: 180, blue: 233),
    RGB(red: 255, green: 255, blue: 255),
    RGB(red: 240, green: 160, blue: 60), RGB(red: 160, green: 65, blue: 0),
  ])

  /// Interpolates between evenly spaced colors.
  private init(_ stops: [RGB]) {
    palette = (0..<255).map { index in
      let position = Double(index) / 254 * Double(stops.count - 1)
      let left = min(Int(position), stops.count - 2)
      let weight = position - Double(left)
      func mixed(_ channel: KeyPath<RGB, UInt8>) -> UInt8 {
        let (a, b) = (Double(stops[left][keyPath: channel]), Double(stops[left + 1][keyPath: channel]))
        return UInt8(min(max((a + weight * (b - a)).rounded(), 0), 255))
      }
      return RGB(red: mixed(\.red), green: mixed(\.green), blue: mixed(\.blue))
    }
  }
}
