import Foundations

/// Kaldi's binary formats.
///
/// A key is written as `KEY` and a space; `\0B` starts the binary value, and offsets in script files refer to
/// that zero.
///
/// Source: Kaldi, `base/io-funcs-inl.h`, `matrix/kaldi-matrix.cc`, `util/kaldi-holder-inl.h`.
package enum KaldiBytes {
  /// One archive of all utterances; positions are byte offsets, as in script files.
  static let layout = FileLayout.file(suffix: ".ark", position: "offset")

  /// The header of a float matrix after its key: `\0B`, `FM `, rows, columns; 15 bytes.
  package static func floatMatrixHeader(rows: Int32, columns: Int32) -> [UInt8] {
    [0, UInt8(ascii: "B"), UInt8(ascii: "F"), UInt8(ascii: "M"), UInt8(ascii: " ")]
      + integer(rows) + integer(columns)
  }

  /// The header of a double matrix: `\0B`, `DM `, rows, columns.
  package static func doubleMatrixHeader(rows: Int32, columns: Int32) -> [UInt8] {
    [0, UInt8(ascii: "B"), UInt8(ascii: "D"), UInt8(ascii: "M"), UInt8(ascii: " ")]
      + integer(rows) + integer(columns)
  }

  /// The header of a vector of Int32: `\0B` and the count; 7 bytes.
  package static func integerVectorHeader(count: Int32) -> [UInt8] {
    [0, UInt8(ascii: "B")] + integer(count)
  }

  /// A size byte and the little-endian value.
  package static func integer(_ value: Int32) -> [UInt8] { [4] + value.littleEndianBytes }

  /// The table entry of a double matrix: key, space, header, row-major values.
  package static func doubleMatrixEntry(key: String, rows: Int, columns: Int, values: [Double]) -> [UInt8] {
    precondition(values.count == rows * columns)
    var bytes = Array(key.utf8) + [UInt8(ascii: " ")]
    bytes += doubleMatrixHeader(rows: Int32(rows), columns: Int32(columns))
    for value in values { bytes += value.bitPattern.littleEndianBytes }
    return bytes
  }
}
