import Foundations

/// Kaldi's binary forms, byte by byte.
///
/// Source: Kaldi, `base/io-funcs-inl.h`, `matrix/kaldi-matrix.cc`, `util/kaldi-holder-inl.h`. A key is written as
/// `KEY` and a space; `\0B` opens the binary value, and a script file's offset points at that zero.
package enum KaldiBytes {
  /// `\0B`, `FM `, rows, columns: what stands between a key and the rows of a float matrix; 15 bytes.
  package static func floatMatrixHeader(rows: Int32, columns: Int32) -> [UInt8] {
    [0, UInt8(ascii: "B"), UInt8(ascii: "F"), UInt8(ascii: "M"), UInt8(ascii: " ")]
      + integer(rows) + integer(columns)
  }

  /// `\0B`, `DM `, rows, columns: the same for a double matrix.
  package static func doubleMatrixHeader(rows: Int32, columns: Int32) -> [UInt8] {
    [0, UInt8(ascii: "B"), UInt8(ascii: "D"), UInt8(ascii: "M"), UInt8(ascii: " ")]
      + integer(rows) + integer(columns)
  }

  /// `\0B` and the count: what stands in front of a vector of Int32; 7 bytes.
  package static func integerVectorHeader(count: Int32) -> [UInt8] {
    [0, UInt8(ascii: "B")] + integer(count)
  }

  /// A size byte and the value, little-endian.
  package static func integer(_ value: Int32) -> [UInt8] { [4] + value.littleEndianBytes }

  /// A whole table entry of a double matrix: key, space, header, row-major values.
  package static func doubleMatrixEntry(key: String, rows: Int, columns: Int, values: [Double]) -> [UInt8] {
    precondition(values.count == rows * columns)
    var bytes = Array(key.utf8) + [UInt8(ascii: " ")]
    bytes += doubleMatrixHeader(rows: Int32(rows), columns: Int32(columns))
    for value in values { bytes += value.bitPattern.littleEndianBytes }
    return bytes
  }
}
