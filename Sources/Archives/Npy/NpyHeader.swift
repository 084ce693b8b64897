/// The supported element types of `.npy` files, all little-endian.
package enum NpyElement: String, CaseIterable, Sendable {
  case float16 = "<f2"
  case float32 = "<f4"
  case float64 = "<f8"
  case int32 = "<i4"

  package var bytes: Int {
    switch self {
    case .float16: 2
    case .float32, .int32: 4
    case .float64: 8
    }
  }
}

/// The header of a NumPy array file, version 1.0.
///
/// It consists of magic, version, Int16 length, a Python dictionary padded with spaces to a multiple of 64
/// bytes, and a newline. As in NumPy, there is room for 21 digits of the first axis, so the length of the
/// header does not depend on the number of rows.
///
/// Source: NumPy, `lib/format.py`.
package struct NpyHeader: Equatable, Sendable {
  package var element: NpyElement
  package var shape: [Int]
  /// Whether the first axis varies fastest, as in arrays that were transposed before they were saved.
  package var isFortranOrder: Bool

  package init(element: NpyElement, shape: [Int], isFortranOrder: Bool = false) {
    precondition(!shape.isEmpty && shape.allSatisfy { $0 >= 0 })
    self.isFortranOrder = isFortranOrder
    self.element = element
    self.shape = shape
  }

  /// The bytes of the header, as written by `numpy.save`.
  package var bytes: [UInt8] {
    let axes = shape.count == 1 ? "\(shape[0])," : shape.map { String($0) }.joined(separator: ", ")
    let growth = String(repeating: " ", count: max(0, 21 - String(shape[0]).utf8.count))
    let order = isFortranOrder ? "True" : "False"
    let text = "{'descr': '\(element.rawValue)', 'fortran_order': \(order), 'shape': (\(axes)), }" + growth
    let length = text.utf8.count + 1
    let padding = 64 - (10 + length) % 64
    var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
    let total = length + padding
    bytes += [UInt8(truncatingIfNeeded: total), UInt8(truncatingIfNeeded: total >> 8)]
    bytes += Array(text.utf8)
    bytes += repeatElement(UInt8(ascii: " "), count: padding)
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }
}
