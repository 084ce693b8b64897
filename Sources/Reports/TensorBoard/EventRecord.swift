/// An event of a TensorBoard file as a protocol buffer, with its TFRecord framing.
///
///     Event { double wall_time = 1; int64 step = 2; string file_version = 3; Summary summary = 5; }
///     Summary { repeated Value value = 1; }   Value { string tag = 1; float simple_value = 2; }
///
/// `wall_time` is never written (it defaults to 0), so the same training gives the same bytes.
///
/// Source: TensorFlow, `event.proto`, `summary.proto` and `lib/io/record_writer.h`.
struct EventRecord {
  private(set) var message: [UInt8] = []

  /// The first event of a file.
  init(fileVersion: String) {
    append(field: 3, Array(fileVersion.utf8))
  }

  /// An event with the scalars of a step.
  init(step: Int, scalars: [(tag: String, value: Float)]) {
    append(tag: 2, wireType: 0)
    append(varint: UInt64(bitPattern: Int64(step)))
    var summary = EventRecord()
    for scalar in scalars {
      var value = EventRecord()
      value.append(field: 1, Array(scalar.tag.utf8))
      value.append(tag: 2, wireType: 5)
      value.append(littleEndian: scalar.value.bitPattern)
      summary.append(field: 1, value.message)
    }
    append(field: 5, summary.message)
  }

  private init() {}

  /// The record: length, its checksum, the message, its checksum.
  var framed: [UInt8] {
    let length = Self.littleEndian(UInt64(message.count))
    return length + Self.littleEndian(CRC32C.masked(length)) + message
      + Self.littleEndian(CRC32C.masked(message))
  }

  private mutating func append(tag field: Int, wireType: Int) {
    append(varint: UInt64(field << 3 | wireType))
  }

  private mutating func append(varint value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      message.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    message.append(UInt8(rest))
  }

  private mutating func append(field: Int, _ bytes: [UInt8]) {
    append(tag: field, wireType: 2)
    append(varint: UInt64(bytes.count))
    message += bytes
  }

  private mutating func append(littleEndian value: some FixedWidthInteger) {
    message += Self.littleEndian(value)
  }

  private static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }
}
