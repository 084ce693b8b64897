/// What a safetensors file says of itself: its tensors in the order of their bytes, and texts by name.
///
/// The file is the header's length N as a little-endian UInt64, N bytes of JSON, and the data, which the tensors cover
/// without hole or overlap. Source: the format's description at huggingface/safetensors, version 0.4.
package struct SafetensorsHeader: Sendable, Equatable {
  package struct Tensor: Sendable, Equatable {
    package let name: String
    package let element: SafetensorsElement
    /// Row by row, the last dimension innermost.
    package let shape: [Int]
    /// Its bytes, counted from the start of the file.
    package let bytes: Range<Int64>

    package var count: Int { Int(bytes.upperBound - bytes.lowerBound) / element.bytes }
  }

  /// A text of `__metadata__`.
  package struct Text: Sendable, Equatable {
    package let name: String
    package let text: String

    package init(_ name: String, _ text: String) {
      self.name = name
      self.text = text
    }
  }

  package let tensors: [Tensor]
  package let metadata: [Text]

  package func tensor(_ name: String) -> Tensor? { tensors.first { $0.name == name } }

  package func text(_ name: String) -> String? { metadata.first { $0.name == name }?.text }

  /// The longest header that is read.
  ///
  /// The format allows 100 million bytes; a thousand tensors take a hundred thousand.
  package static let maximumBytes = 8 << 20
}

extension SafetensorsHeader {
  /// - Parameters:
  ///   - json: the header's bytes, as long as the file says.
  ///   - fileBytes: the length of the file.
  /// - Throws: `malformed`; offsets are those of the file.
  init(json: [UInt8], fileBytes: Int64, path: String) throws(FileError) {
    func failure(_ expected: String, _ found: String) -> FileError {
      .malformed(path: path, offset: 8, expected: expected, found: found)
    }
    guard json.first == UInt8(ascii: "{") else { throw failure("a header that begins with {", "other bytes") }
    let value: JSONValue
    do throws(FileError) {
      value = try JSONParser.parse(json, path: path)
    } catch {
      guard case .malformed(_, let offset, let expected, let found) = error else { throw error }
      throw .malformed(path: path, offset: 8 + offset, expected: expected, found: found)
    }
    let dataStart = 8 + Int64(json.count)
    var tensors: [Tensor] = []
    var metadata: [Text] = []
    for field in value.objectValue ?? [] {
      if field.name == "__metadata__" {
        guard let texts = field.value.objectValue else { throw failure("an object of texts", field.name) }
        for text in texts {
          guard let content = text.value.stringValue else {
            throw failure("a text", "\(field.name).\(text.name)")
          }
          metadata.append(Text(text.name, content))
        }
        continue
      }
      tensors.append(
        try Self.tensor(field, dataStart: dataStart, dataBytes: fileBytes - dataStart, failure: failure))
    }
    // An empty tensor lies before the one that begins at the same place.
    tensors.sort { ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound) }
    var end = dataStart
    for tensor in tensors {
      guard tensor.bytes.lowerBound == end else {
        throw failure(
          "bytes of \(tensor.name) from \(end - dataStart) on",
          "from \(tensor.bytes.lowerBound - dataStart) on")
      }
      end = tensor.bytes.upperBound
    }
    guard end == fileBytes else {
      throw .malformed(
        path: path, offset: min(end, fileBytes), expected: "\(end - dataStart) bytes of data",
        found: "\(fileBytes - dataStart)")
    }
    self.tensors = tensors
    self.metadata = metadata
  }

  private static func tensor(
    _ field: JSONField, dataStart: Int64, dataBytes: Int64, failure: (String, String) -> FileError
  ) throws(FileError) -> Tensor {
    let name = field.name
    guard let parts = field.value.objectValue, parts.count == 3,
      let type = field.value["dtype"]?.stringValue, let shape = field.value["shape"]?.arrayValue,
      let offsets = field.value["data_offsets"]?.arrayValue, offsets.count == 2
    else { throw failure("dtype, shape and two data_offsets alone", name) }
    guard let element = SafetensorsElement(rawValue: type) else {
      throw failure("an element type such as F32", "\(name): \(type)")
    }
    guard let begin = offsets[0].integerValue, let end = offsets[1].integerValue, begin >= 0, end >= begin,
      end <= dataBytes
    else { throw failure("data_offsets within the \(max(dataBytes, 0)) bytes of data", name) }
    var size = Int64(element.bytes)
    var lengths: [Int] = []
    for axis in shape {
      guard let length = axis.integerValue, length >= 0 else {
        throw failure("lengths of axes from 0 on", name)
      }
      let product = size.multipliedReportingOverflow(by: length)
      guard !product.overflow else { throw failure("a shape whose product fits in 63 bits", name) }
      size = product.partialValue
      lengths.append(Int(length))
    }
    guard size == end - begin else {
      throw failure("\(size) bytes for the shape of \(name)", "\(end - begin)")
    }
    return Tensor(
      name: name, element: element, shape: lengths, bytes: (dataStart + begin)..<(dataStart + end))
  }
}
