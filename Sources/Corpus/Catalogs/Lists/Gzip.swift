import CZlib

/// Expansion of gzip streams.
enum Gzip {
  /// Expands members one after another.
  ///
  /// - Parameters:
  ///   - maximum: the most bytes to give.
  ///   - isPart: whether the bytes are only the start of a stream; what is there is given.
  /// - Returns: nil if the stream is malformed, incomplete or longer.
  static func expand(_ bytes: [UInt8], maximum: Int, isPart: Bool = false) -> [UInt8]? {
    var stream = z_stream()
    // 15 bits of window, and the gzip form.
    guard
      inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { return nil }
    defer { inflateEnd(&stream) }
    var input = bytes
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    return input.withUnsafeMutableBufferPointer { input -> [UInt8]? in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(clamping: input.count)
      var offered = Int(stream.avail_in)
      while true {
        let status = chunk.withUnsafeMutableBufferPointer { buffer -> Int32 in
          stream.next_out = buffer.baseAddress
          stream.avail_out = UInt32(buffer.count)
          return inflate(&stream, Z_NO_FLUSH)
        }
        output += chunk[..<(chunk.count - Int(stream.avail_out))]
        if output.count > maximum { return isPart ? Array(output.prefix(maximum)) : nil }
        if stream.avail_in == 0, offered < input.count {
          stream.avail_in = UInt32(clamping: input.count - offered)
          offered += Int(stream.avail_in)
        }
        switch status {
        case Z_OK: continue
        case Z_STREAM_END:
          if stream.avail_in == 0 { return output }
          guard inflateReset(&stream) == Z_OK else { return nil }
        default: return isPart && !output.isEmpty ? output : nil
        }
      }
    }
  }
}
