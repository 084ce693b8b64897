internal import CZlib

/// An encoder of PNG files with a palette.
///
/// Source: W3C, "Portable Network Graphics (PNG) Specification" (second edition).
enum PNG {
  /// The file of an image whose pixels, `[height, width]`, top row first, are indices into a palette.
  ///
  /// - Precondition: `indices.count` is width times height; the palette has 1 to 256 colors.
  static func bytes(width: Int, height: Int, indices: [UInt8], palette: [RGB]) -> [UInt8] {
    precondition(indices.count == width * height && (1...256).contains(palette.count), "shape of an image")
    var rows: [UInt8] = []
    rows.reserveCapacity((width + 1) * height)
    for row in 0..<height {
      // Filter type 0: differences of palette indices would not compress better.
      rows.append(0)
      rows += indices[row * width..<(row + 1) * width]
    }
    var out: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    append("IHDR", bigEndian(UInt32(width)) + bigEndian(UInt32(height)) + [8, 3, 0, 0, 0], to: &out)
    append("PLTE", palette.flatMap { [$0.red, $0.green, $0.blue] }, to: &out)
    append("IDAT", deflated(rows), to: &out)
    append("IEND", [], to: &out)
    return out
  }

  private static func deflated(_ bytes: [UInt8]) -> [UInt8] {
    var size = compressBound(uLong(bytes.count))
    var out = [UInt8](repeating: 0, count: Int(size))
    let status = compress2(&out, &size, bytes, uLong(bytes.count), 9)
    // The buffer has the size zlib asks for, so this fails only out of memory.
    precondition(status == Z_OK, "zlib")
    return Array(out.prefix(Int(size)))
  }

  private static func append(_ type: String, _ data: [UInt8], to out: inout [UInt8]) {
    out += bigEndian(UInt32(data.count))
    let body = Array(type.utf8) + data
    out += body
    out += bigEndian(UInt32(truncatingIfNeeded: crc32(0, body, uInt(body.count))))
  }

  private static func bigEndian(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> UInt32($0)) }
  }
}
