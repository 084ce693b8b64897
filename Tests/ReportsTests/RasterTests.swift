import CZlib
import Foundation
import Foundations
import TestSupport
import Testing

@testable import Reports

@Suite struct RasterTests {
  @Test("a PNG image decodes to its indices")
  func roundTrip() throws {
    var generator = SplitMix64(seed: 5)
    let (width, height) = (37, 23)
    let indices = (0..<width * height).map { _ in UInt8.random(in: 0..<255, using: &generator) }
    let png = PNG.bytes(width: width, height: height, indices: indices, palette: ColorMap.blue.palette)
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

  /// The chunks, after a check of their checksums.
  private static func chunks(_ png: [UInt8]) throws -> [(type: String, data: [UInt8])] {
    #expect(png.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    var chunks: [(type: String, data: [UInt8])] = []
    var offset = 8
    func number(_ at: Int) -> Int { png[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
    while offset < png.count {
      let length = number(offset)
      let body = Array(png[offset + 4..<offset + 8 + length])
      #expect(Int(crc32(0, body, uInt(body.count))) == number(offset + 8 + length))
      chunks.append((String(decoding: body.prefix(4), as: UTF8.self), Array(body.dropFirst(4))))
      offset += 12 + length
    }
    return chunks
  }

  @Test("values out of range are clamped, and the middle of a diverging map is white")
  func colors() {
    let palette = ColorMap.blueOrange.palette
    #expect(palette.count == 255 && palette[127] == RGB(red: 255, green: 255, blue: 255))
    let raster = Raster(width: 3, height: 1, range: (-1, 1), map: .blueOrange) { _, column in
      [-.infinity, .nan, 7][column]
    }
    #expect(!raster.png.isEmpty)
    #expect(Raster(width: 0, height: 4, range: (0, 0), map: .gray) { _, _ in 0 }.width == 0)
  }
}
