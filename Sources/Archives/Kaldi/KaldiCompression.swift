import Foundations

/// Kaldi's lossy compression of feature matrices, identical to the bit.
///
/// More than 8 rows give `CM` (one byte per value between four percentiles of its column), fewer give `CM2`
/// (two bytes per value over the range of the matrix). Float and Double are used exactly as in Kaldi.
///
/// Source: Kaldi, `matrix/compressed-matrix.cc`, automatic method.
package enum KaldiCompression {
  /// Appends token, header and data of a row-major matrix of `columns` columns.
  ///
  /// - Returns: false, with nothing appended, if a value or the range is not finite.
  package static func append(_ matrix: [Float], columns: Int, to out: inout [UInt8]) -> Bool {
    precondition(columns > 0 && matrix.count % columns == 0)
    let rows = matrix.count / columns
    guard let range = Range(of: matrix) else { return false }
    out += Array((rows > 8 ? "CM " : "CM2 ").utf8)
    out += range.minimum.bitPattern.littleEndianBytes
    out += range.width.bitPattern.littleEndianBytes
    out += Int32(rows).littleEndianBytes
    out += Int32(columns).littleEndianBytes
    if rows > 8 {
      appendColumns(matrix, rows: rows, columns: columns, range: range, to: &out)
    } else {
      for value in matrix { out += range.quantized(value).littleEndianBytes }
    }
    return true
  }

  /// The range of the values of a matrix.
  struct Range {
    let minimum: Float
    let width: Float

    init(minimum: Float, width: Float) {
      self.minimum = minimum
      self.width = width
    }

    /// Nil if a value or the width is not finite, or there are no values.
    init?(of matrix: [Float]) {
      guard var minimum = matrix.first else { return nil }
      var maximum = minimum
      for value in matrix {
        guard value.isFinite else { return nil }
        minimum = min(minimum, value)
        maximum = max(maximum, value)
      }
      if maximum == minimum {
        maximum = Float(Double(minimum) + (1.0 + Double(minimum.magnitude)))
      }
      let width = maximum - minimum
      guard width.isFinite, width > 0 else { return nil }
      self.minimum = minimum
      self.width = width
    }

    func quantized(_ value: Float) -> UInt16 {
      let fraction = min(max((value - minimum) / width, 0), 1)
      return UInt16(Double(fraction * 65535) + 0.499)
    }

    func value(_ quantized: UInt16) -> Float {
      minimum + width * 1.52590218966964e-05 * Float(quantized)
    }
  }

  private static func appendColumns(
    _ matrix: [Float], rows: Int, columns: Int, range: Range, to out: inout [UInt8]
  ) {
    let headers = out.count
    out.append(contentsOf: repeatElement(0, count: columns * (8 + rows)))
    var column = [Float](repeating: 0, count: rows)
    let quarter = rows / 4
    var data = headers + 8 * columns
    for index in 0..<columns {
      for row in 0..<rows { column[row] = matrix[row * columns + index] }
      let sorted = column.sorted()
      let p0 = min(range.quantized(sorted[0]), 65532)
      let p25 = min(max(range.quantized(sorted[quarter]), p0 + 1), 65533)
      let p75 = min(max(range.quantized(sorted[3 * quarter]), p25 + 1), 65534)
      let p100 = max(range.quantized(sorted[rows - 1]), p75 + 1)
      for (quartile, percentile) in [p0, p25, p75, p100].enumerated() {
        out[headers + 8 * index + 2 * quartile] = UInt8(truncatingIfNeeded: percentile)
        out[headers + 8 * index + 2 * quartile + 1] = UInt8(truncatingIfNeeded: percentile >> 8)
      }
      let levels = Levels(
        p0: range.value(p0), p25: range.value(p25), p75: range.value(p75), p100: range.value(p100))
      for row in 0..<rows {
        out[data] = levels.code(column[row])
        data += 1
      }
    }
  }

  /// The four percentiles of a column, and the codes between them.
  struct Levels {
    let p0: Float
    let p25: Float
    let p75: Float
    let p100: Float

    /// Codes 0…64 are between p0 and p25, 64…192 between p25 and p75, 192…255 between p75 and p100.
    func code(_ value: Float) -> UInt8 {
      if value < p25 {
        return Self.rounded((value - p0) / (p25 - p0) * 64, from: 0, to: 64)
      }
      if value < p75 {
        return Self.rounded((value - p25) / (p75 - p25) * 128, from: 64, to: 192)
      }
      return Self.rounded((value - p75) / (p100 - p75) * 63, from: 192, to: 255)
    }

    func value(_ code: UInt8) -> Float {
      let step = Float(code)
      if code <= 64 { return Float(Double(p0) + Double((p25 - p0) * step) * (1 / 64.0)) }
      if code <= 192 { return Float(Double(p25) + Double((p75 - p25) * (step - 64)) * (1 / 128.0)) }
      return Float(Double(p75) + Double((p100 - p75) * (step - 192)) * (1 / 63.0))
    }

    /// C's truncation of `steps + 0.5`, clamped to the codes, since `steps` is unbounded if percentiles
    /// coincide.
    private static func rounded(_ steps: Float, from: Int, to: Int) -> UInt8 {
      let whole = Double(steps) + 0.5
      guard whole.magnitude < Double(Int32.max) else { return UInt8(from) }
      return UInt8(min(max(from + Int(whole), from), to))
    }
  }
}
