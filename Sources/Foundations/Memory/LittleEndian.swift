extension FixedWidthInteger {
  /// The bytes, least significant first.
  package var littleEndianBytes: [UInt8] { withUnsafeBytes(of: littleEndian) { Array($0) } }
}
