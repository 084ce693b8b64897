import CZlib
import Foundation
import Foundations
import TestSupport
import Testing

@testable import Reports

@Suite struct TickTests {
  @Test func `ticks are round, cover the range and are about as many as wanted`() {
    var generator = SplitMix64(seed: 11)
    for _ in 0..<2000 {
      let power = Double.random(in: -7...9, using: &generator)
      let size = pow(10, power)
      let low = Double.random(in: -1...1, using: &generator) * size * 3
      let high = low + Double.random(in: 0.01...1, using: &generator) * size
      let wanted = Int.random(in: 2...9, using: &generator)
      let ticks = Ticks(over: (low, high), about: wanted)
      let step = ticks.values[1] - ticks.values[0]
      #expect(
        ticks.lower <= low + step * 1e-6 && ticks.upper >= high - step * 1e-6, "\(low) \(high) \(ticks)")
      #expect(ticks.lower > low - step && ticks.upper < high + step)
      #expect(ticks.values.count >= 2 && ticks.values.count <= wanted + 2)
      // 1, 2 or 5 times a power of ten.
      let mantissa = step / pow(10, (log10(step) + 1e-9).rounded(.down))
      #expect([1.0, 2, 5, 10].contains { abs($0 - mantissa) < 1e-6 }, "\(step)")
      let texts = ticks.values.map(ticks.text)
      #expect(Set(texts).count == texts.count, "\(texts)")
    }
  }

  @Test func `what is no range has ticks all the same`() {
    for range in [
      (0.0, 0.0), (5, 5), (3, 1), (.nan, 1), (-.infinity, .infinity), (1e300, 1e301), (1e-300, 1e-299),
    ] {
      let ticks = Ticks(over: range)
      #expect(ticks.values.count > 1 && ticks.values.count < 20 && ticks.values.allSatisfy(\.isFinite))
      #expect(ticks.lower < ticks.upper)
    }
  }

  @Test func `places never leave the axis`() {
    let scale = LinearScale(domain: (0, 10), range: (100, 0))
    #expect(scale(0) == 100 && scale(10) == 0 && scale(5) == 50)
    #expect(scale(-4) == 100 && scale(.infinity) == 0 && scale(.nan) == 100)
    #expect(LinearScale(domain: (1, 1), range: (3, 9))(1) == 3)
  }
}

@Suite struct ImageTests {
  @Test func `an image decodes to its indices`() throws {
    var generator = SplitMix64(seed: 5)
    let (width, height) = (37, 23)
    let indices = (0..<width * height).map { _ in UInt8.random(in: 0..<255, using: &generator) }
    let png = PNG.bytes(width: width, height: height, indices: indices, palette: ColourMap.blue.palette)
    let chunks = try Self.chunks(png)
    #expect(chunks.map(\.type) == ["IHDR", "PLTE", "IDAT", "IEND"])
    #expect(chunks[0].data == [0, 0, 0, 37, 0, 0, 0, 23, 8, 3, 0, 0, 0])
    #expect(chunks[1].data.count == 3 * 255 && chunks[1].data.prefix(3) == [255, 255, 255])
    var rows = [UInt8](repeating: 0, count: (width + 1) * height)
    var size = uLong(rows.count)
    #expect(uncompress(&rows, &size, chunks[2].data, uLong(chunks[2].data.count)) == Z_OK)
    #expect(size == uLong(rows.count))
    for row in 0..<height {
      #expect(rows[row * (width + 1)] == 0)
      #expect(
        rows[row * (width + 1) + 1..<(row + 1) * (width + 1)] == indices[row * width..<(row + 1) * width])
    }
  }

  /// Chunks whose checksums are right.
  private static func chunks(_ png: [UInt8]) throws -> [(type: String, data: [UInt8])] {
    #expect(png.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    var chunks: [(type: String, data: [UInt8])] = []
    var place = 8
    func number(_ at: Int) -> Int { png[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
    while place < png.count {
      let length = number(place)
      let body = Array(png[place + 4..<place + 8 + length])
      #expect(Int(crc32(0, body, uInt(body.count))) == number(place + 8 + length))
      chunks.append((String(decoding: body.prefix(4), as: UTF8.self), Array(body.dropFirst(4))))
      place += 12 + length
    }
    return chunks
  }

  @Test func `colours end at the ends, and the middle of a map that diverges is white`() {
    let palette = ColourMap.blueOrange.palette
    #expect(palette.count == 255 && palette[127] == RGB(red: 255, green: 255, blue: 255))
    let raster = Raster(width: 3, height: 1, range: (-1, 1), map: .blueOrange) { _, column in
      [-.infinity, .nan, 7][column]
    }
    #expect(!raster.png.isEmpty)
    #expect(Raster(width: 0, height: 4, range: (0, 0), map: .grey) { _, _ in 0 }.width == 0)
  }

  @Test func `a sound reads back`() {
    let bytes = WaveFile.bytes(samples: [0, 1, -1, .max, .min], sampleRateHertz: 16_000)
    #expect(bytes.count == 54)
    #expect(
      String(decoding: bytes[0..<4] + bytes[8..<16] + bytes[36..<40], as: UTF8.self) == "RIFFWAVEfmt data")
    #expect(Array(bytes[4..<8]) == [46, 0, 0, 0] && Array(bytes[40..<44]) == [10, 0, 0, 0])
    #expect(Array(bytes[20..<36]) == [1, 0, 1, 0, 0x80, 0x3E, 0, 0, 0, 0x7D, 0, 0, 2, 0, 16, 0])
    #expect(Array(bytes[44...]) == [0, 0, 1, 0, 0xFF, 0xFF, 0xFF, 0x7F, 0, 0x80])
  }
}

@Suite struct NumberTextTests {
  @Test func `numbers have true minus signs and fixed decimals`() {
    #expect(NumberText.fixed(-1.005, 1) == "−1.0" && NumberText.fixed(-0.004, 2) == "0.00")
    #expect(
      NumberText.fixed(.nan, 2) == "–" && NumberText.fixed(nil, 2) == "–" && NumberText.fixed(12, 0) == "12")
    #expect(
      NumberText.points(0.0142) == "+1.42" && NumberText.points(-0.0142) == "−1.42"
        && NumberText.points(0) == "0.00")
    #expect(NumberText.count(812_391) == "812\u{202F}391" && NumberText.count(4096) == "4096")
    #expect(NumberText.count(.min) == "−9\u{202F}223\u{202F}372\u{202F}036\u{202F}854\u{202F}775\u{202F}808")
    #expect(NumberText.spread([0.2, 0.22]) == "21.00 ± 1.41" && NumberText.spread([]) == "–")
  }

  @Test func `probabilities keep two digits`() {
    let texts = [1, 0.999, 0.5, 0.0996, 0.0312, 0.00499, 0.000999, 0.00001, 0].map {
      NumberText.probability($0)
    }
    let tiny = "1.0\u{202F}×\u{202F}10⁻⁵"
    #expect(texts == ["1.00", "1.00", "0.50", "0.10", "0.031", "0.0050", "0.0010", tiny, "0"])
  }

  @Test func `long names keep head and tail`() {
    #expect("kaleidoscope-time:width=2".shortened(to: 11) == "kalei…dth=2")
    #expect("mel".shortened(to: 11) == "mel" && "mel".shortened(to: 0) == "mel")
  }
}
