import Foundation

/// NumPy files of float32 matrices.
enum NumpyFile {
  static func write(rows: Int, columns: Int, to path: String, _ value: (Int, Int) -> Float) throws {
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(rows), \(columns)), }"
    while (10 + header.utf8.count + 1) % 64 != 0 { header += " " }
    header += "\n"
    var data = Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0])
    data += Data([UInt8(header.utf8.count & 255), UInt8(header.utf8.count >> 8)]) + Data(header.utf8)
    for row in 0..<rows {
      for column in 0..<columns {
        withUnsafeBytes(of: value(row, column).bitPattern.littleEndian) { data.append(contentsOf: $0) }
      }
    }
    try data.write(to: URL(fileURLWithPath: path))
  }
}
