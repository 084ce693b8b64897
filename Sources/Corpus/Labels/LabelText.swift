/// The text of a label file in UTF-8, whatever its encoding.
struct LabelText {
  /// Without byte order mark.
  let bytes: [UInt8]
  let hasByteOrderMark: Bool
  let isUTF16: Bool

  /// - Throws: a fault if UTF-16 is malformed; UTF-8 is checked where symbols are read.
  init(_ raw: UnsafeRawBufferPointer) throws(LabelFault) {
    hasByteOrderMark = raw.count >= 3 && raw[0] == 0xEF && raw[1] == 0xBB && raw[2] == 0xBF
    var start = 2
    let isLittleEndian: Bool
    switch raw.count < 2 ? (1, 1) : (raw[0], raw[1]) {
    case (0xFF, 0xFE): isLittleEndian = true
    case (0xFE, 0xFF): isLittleEndian = false
    // Without a mark the zero bytes of ASCII show it.
    case (1..., 0): (isLittleEndian, start) = (true, 0)
    case (0, 1...): (isLittleEndian, start) = (false, 0)
    default:
      bytes = Array(raw.dropFirst(hasByteOrderMark ? 3 : 0))
      isUTF16 = false
      return
    }
    var units: [UInt16] = []
    units.reserveCapacity(raw.count / 2)
    for index in stride(from: start, to: raw.count - 1, by: 2) {
      let (low, high) = isLittleEndian ? (index, index + 1) : (index + 1, index)
      units.append(UInt16(raw[low]) | UInt16(raw[high]) << 8)
    }
    guard (raw.count - start).isMultiple(of: 2), let text = String(validating: units, as: UTF16.self) else {
      throw LabelFault(code: .encoding, line: nil, expected: "UTF-8 or UTF-16", found: "broken UTF-16")
    }
    bytes = Array(text.utf8)
    isUTF16 = true
  }
}
