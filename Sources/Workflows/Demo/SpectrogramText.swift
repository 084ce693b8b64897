/// Features as a picture in text: time to the right, channels upward, brightness by level, phones beneath.
package struct SpectrogramText: Sendable, Equatable {
  /// Lines from the highest channel to the lowest.
  package var lines: [String]
  /// Phones under the frames where they begin, as far as there is room.
  package var phones: String

  private static let shades: [Character] = [" ", "░", "▒", "▓", "█"]

  /// Draws features.
  ///
  /// - Parameters:
  ///   - rows: `[frames, channels]`.
  ///   - channels: the number of channels.
  ///   - labels: symbols with the frame where each begins.
  ///   - columns: the width of the picture; frames are averaged down to it.
  ///   - height: lines of the picture; channels are averaged down to it.
  package init(
    rows: [Float], channels: Int, labels: [(symbol: String, frame: Int)], columns: Int = 96, height: Int = 12
  ) {
    let frames = channels > 0 ? rows.count / channels : 0
    let width = min(columns, frames)
    let height = min(height, channels)
    guard width > 0, height > 0 else {
      lines = []
      phones = ""
      return
    }
    var cells = [Float](repeating: 0, count: width * height)
    for row in 0..<height {
      for column in 0..<width {
        let frameRange = column * frames / width..<(column + 1) * frames / width
        let channelRange = row * channels / height..<(row + 1) * channels / height
        var sum: Float = 0
        for frame in frameRange { for channel in channelRange { sum += rows[frame * channels + channel] } }
        cells[row * width + column] = sum / Float(frameRange.count * channelRange.count)
      }
    }
    let sorted = cells.sorted()
    // Between the fifth and the ninety-fifth percentile, so that one click does not dim the rest.
    let low = sorted[sorted.count * 5 / 100]
    let high = max(sorted[sorted.count * 95 / 100], low + 1e-6)
    lines = (0..<height).reversed().map { row in
      String(
        (0..<width).map { column in
          let share = (cells[row * width + column] - low) / (high - low)
          return Self.shades[min(Self.shades.count - 1, max(0, Int(share * Float(Self.shades.count))))]
        })
    }
    var line = [Character](repeating: " ", count: width)
    var free = 0
    for label in labels {
      let column = label.frame * width / frames
      guard column >= free, column + label.symbol.count <= width else { continue }
      for (offset, character) in label.symbol.enumerated() { line[column + offset] = character }
      free = column + label.symbol.count + 1
    }
    phones = String(line)
  }
}
