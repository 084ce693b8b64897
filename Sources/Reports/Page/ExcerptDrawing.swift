import DataManifests
import Workflows

/// An utterance with the features and recognized phones of both contenders, over one time axis.
struct ExcerptDrawing {
  let excerpt: Excerpt
  let classes: Folding

  private var symbols: [String] { classes.symbols }
  private let frameWidth = 3.0
  private let left = 62.0
  private static let maximumFrames = 1500
  /// The maximum number of raster lines for features.
  private static let maximumChannels = 80

  private var frames: Int {
    let bins = max(1, excerpt.spectrogramBins)
    let seen = excerpt.contenders.map(\.labels.count).max() ?? 0
    return min(max(excerpt.spectrogram.count / bins, seen), Self.maximumFrames)
  }

  private var width: Double { Double(frames) * frameWidth }

  func drawing() -> Drawing {
    let (spectrogramTop, spectrogramHeight) = (32.0, 104.0)
    let rowHeight = 18 + 60 + 22 + 14 + Double(symbols.count) * 4 + 16
    let bottom = spectrogramTop + spectrogramHeight + 10 + Double(excerpt.contenders.count) * rowHeight
    var drawing = Drawing(width: left + width + 12, height: bottom + 36)
    drawReference(&drawing, top: spectrogramTop, height: spectrogramHeight)
    var top = spectrogramTop + spectrogramHeight + 10
    for (index, recognized) in excerpt.contenders.enumerated() {
      draw(
        recognized, &drawing, top: top,
        style: index == 0 && excerpt.contenders.count > 1 ? "base" : "contender")
      top += rowHeight
    }
    drawTime(&drawing, y: bottom)
    return drawing
  }

  // MARK: Reference

  private func drawReference(_ drawing: inout Drawing, top: Double, height: Double) {
    let bins = max(1, excerpt.spectrogramBins)
    let values = excerpt.spectrogram
    let raster = Raster(
      width: min(frames, values.count / bins), height: bins, range: Self.range(values), map: .gray
    ) { row, frame in Double(values[frame * bins + bins - 1 - row]) }
    drawing.image(raster, x: left, y: top, width: Double(raster.width) * frameWidth, height: height)
    drawing.text("reference", x: left - 6, y: 15, .end)
    drawing.text("mel bins", x: left - 6, y: top + height / 2, .end)
    // Labels alternate between two heights, since short phones are narrower than their names.
    for (index, phone) in excerpt.reference.enumerated() {
      let (start, end) = (x(sample: phone.firstSample), x(sample: phone.endSample))
      guard start < left + width else { break }
      drawing.line(start, 4, start, top + height, "boundary")
      drawing.text(
        phone.symbol, x: (start + min(end, left + width)) / 2, y: index.isMultiple(of: 2) ? 13 : 25, .middle,
        style: "t small")
    }
  }

  private func x(sample: Int) -> Double {
    let frame = Double(sample) / Double(max(1, excerpt.frameShiftSamples))
    return left + min(max(frame, 0), Double(frames)) * frameWidth
  }

  /// The range from the tenth percentile to the maximum, so that a few low outliers do not bleach the rest.
  private static func range(_ values: [Float]) -> (lower: Double, upper: Double) {
    let sorted = values.filter(\.isFinite).sorted()
    guard let last = sorted.last else { return (0, 1) }
    return (Double(sorted[sorted.count / 10]), Double(last))
  }

  // MARK: A contender

  private func draw(_ recognized: RecognizedExcerpt, _ drawing: inout Drawing, top: Double, style: String) {
    drawing.line(left, top + 2, left + width, top + 2, "rule")
    drawing.text(
      recognized.contender.shortened(to: 60), x: left, y: top + 14, style: "t strong",
      title: recognized.contender)
    let featuresTop = top + 18
    drawing.image(
      features(recognized), x: left, y: featuresTop, width: width(ofFrames: recognized), height: 60)
    drawing.text("features", x: left - 6, y: featuresTop + 33, .end)
    let phonesTop = featuresTop + 64
    drawPhones(recognized, &drawing, top: phonesTop, style: style)
    let wrongTop = phonesTop + 20
    drawing.path(wrongFrames(recognized, y: wrongTop + 4), "wrong")
    drawing.text("wrong", x: left - 6, y: wrongTop + 8, .end)
    drawPosteriors(recognized, &drawing, top: wrongTop + 12)
  }

  private func width(ofFrames recognized: RecognizedExcerpt) -> Double {
    Double(min(frames, recognized.channels > 0 ? recognized.features.count / recognized.channels : 0))
      * frameWidth
  }

  private func features(_ recognized: RecognizedExcerpt) -> Raster {
    let channels = max(1, recognized.channels)
    let count = min(frames, recognized.features.count / channels)
    let height = min(channels, Self.maximumChannels)
    return Raster(width: count, height: height, range: (-2.5, 2.5), map: .blueOrange) { line, frame in
      // Channels that share a raster line are averaged; the first channel is at the bottom.
      let index = height - 1 - line
      let (first, end) = (index * channels / height, (index + 1) * channels / height)
      let sum = recognized.features[frame * channels + first..<frame * channels + end].reduce(0, +)
      return Double(sum) / Double(max(1, end - first))
    }
  }

  private func drawPhones(
    _ recognized: RecognizedExcerpt, _ drawing: inout Drawing, top: Double, style: String
  ) {
    drawing.text("phones", x: left - 6, y: top + 12, .end)
    for phone in recognized.phones where phone.firstFrame < frames && phone.firstFrame < phone.endFrame {
      let start = left + Double(max(0, phone.firstFrame)) * frameWidth
      let end = left + Double(min(frames, phone.endFrame)) * frameWidth
      drawing.rectangle(x: start + 0.5, y: top, width: end - start - 1, height: 16, "phone \(style)")
      drawing.text(symbol(phone.scoredClass), x: (start + end) / 2, y: top + 11, .middle, style: "t small")
    }
  }

  private func wrongFrames(_ recognized: RecognizedExcerpt, y: Double) -> String {
    var data = ""
    var start: Int?
    let count = min(frames, recognized.labels.count, recognized.frameClasses.count)
    for frame in 0...count {
      let isWrong =
        frame < count && recognized.labels[frame] >= 0
        && recognized.labels[frame] != recognized.frameClasses[frame]
      if isWrong, start == nil { start = frame }
      if !isWrong, let first = start {
        data += "M\(Drawing.number(left + Double(first) * frameWidth)) \(Drawing.number(y))"
        data += "h\(Drawing.number(Double(frame - first) * frameWidth))"
        start = nil
      }
    }
    return data
  }

  private func drawPosteriors(_ recognized: RecognizedExcerpt, _ drawing: inout Drawing, top: Double) {
    let classCount = classes.classCount
    guard classCount > 0 else { return }
    let order = classes.displayOrder.order
    let count = min(frames, recognized.posteriors.count / classCount)
    let raster = Raster(width: count, height: classCount, range: (0, 1), map: .blue) { line, frame in
      Double(recognized.posteriors[frame * classCount + order[line]])
    }
    drawing.image(raster, x: left, y: top, width: Double(count) * frameWidth, height: Double(classCount) * 4)
    var line = [Int](repeating: 0, count: classCount)
    for (index, label) in order.enumerated() {
      line[label] = index
      drawing.text(
        symbols[label], x: left - (index.isMultiple(of: 2) ? 4 : 24), y: top + Double(index) * 4 + 4.5, .end,
        style: "t tiny")
    }
    drawing.path(referencePath(recognized, line: line, top: top), "truth")
  }

  /// The reference class as a line through the posteriors.
  private func referencePath(_ recognized: RecognizedExcerpt, line: [Int], top: Double) -> String {
    var data = ""
    var frame = 0
    let count = min(frames, recognized.labels.count)
    while frame < count {
      let label = Int(recognized.labels[frame])
      var end = frame + 1
      while end < count, Int(recognized.labels[end]) == label { end += 1 }
      if line.indices.contains(label) {
        let (x, y) = (left + Double(frame) * frameWidth, top + Double(line[label]) * 4 + 2)
        data += "M\(Drawing.number(x)) \(Drawing.number(y))"
        data += "h\(Drawing.number(Double(end - frame) * frameWidth))"
      }
      frame = end
    }
    return data
  }

  // MARK: Time

  private func drawTime(_ drawing: inout Drawing, y: Double) {
    let seconds =
      Double(frames) * Double(max(1, excerpt.frameShiftSamples)) / Double(max(1, excerpt.sampleRateHertz))
    let scale = LinearScale(domain: (0, seconds), range: (left, left + width))
    drawing.line(left, y, left + width, y, "axis")
    let ticks = Ticks(over: (0, seconds), about: max(2, Int(width / 70)))
    for value in ticks.values where value <= seconds {
      drawing.line(scale(value), y, scale(value), y + 3, "axis")
      drawing.text(ticks.text(value), x: scale(value), y: y + 14, .middle)
    }
    drawing.text("seconds", x: left + width / 2, y: y + 28, .middle)
  }

  private func symbol(_ label: Int32) -> String {
    symbols.indices.contains(Int(label)) ? symbols[Int(label)] : ""
  }
}
