extension FixedWidthInteger {
  /// The bytes, least significant byte first.
  package var littleEndianBytes: [UInt8] { withUnsafeBytes(of: littleEndian) { Array($0) } }
}
