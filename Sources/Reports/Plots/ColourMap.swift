/// A colour of eight bits a channel.
struct RGB: Equatable {
  var red, green, blue: UInt8
}

/// From values to 255 colours that the colour-blind can tell apart, made for white paper.
///
/// On a dark page the style sheet turns lightness round, so the colour of nothing is always the page's.
struct ColourMap {
  /// An odd count: the middle of a map that diverges is the page's white.
  let palette: [RGB]

  /// White to black, as spectrograms are printed.
  static let grey = ColourMap([RGB(red: 255, green: 255, blue: 255), RGB(red: 20, green: 20, blue: 20)])

  /// White to dark blue.
  static let blue = ColourMap([
    RGB(red: 255, green: 255, blue: 255), RGB(red: 158, green: 202, blue: 230),
    RGB(red: 0, green: 114, blue: 178), RGB(red: 0, green: 45, blue: 90),
  ])

  /// Blue for less, white for the same, orange for more.
  static let blueOrange = ColourMap([
    RGB(red: 0, green: 68, blue: 136), RGB(red: 86, green: 180, blue: 233),
    RGB(red: 255, green: 255, blue: 255),
    RGB(red: 240, green: 160, blue: 60), RGB(red: 160, green: 65, blue: 0),
  ])

  /// Colours between evenly spaced ones.
  private init(_ stops: [RGB]) {
    palette = (0..<255).map { index in
      let place = Double(index) / 254 * Double(stops.count - 1)
      let left = min(Int(place), stops.count - 2)
      let share = place - Double(left)
      func mixed(_ channel: KeyPath<RGB, UInt8>) -> UInt8 {
        let (a, b) = (Double(stops[left][keyPath: channel]), Double(stops[left + 1][keyPath: channel]))
        return UInt8(min(max((a + share * (b - a)).rounded(), 0), 255))
      }
      return RGB(red: mixed(\.red), green: mixed(\.green), blue: mixed(\.blue))
    }
  }
}
