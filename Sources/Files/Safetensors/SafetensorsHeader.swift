/// The header of a safetensors file: its tensors in order of their data, and metadata.
///
/// The file is the header's length N as a little-endian UInt64, N bytes of JSON, and the data, which the
/// tensors cover without gaps or overlaps.
///
/// Source: the description of the format at huggingface/safetensors, version 0.4.
package struct SafetensorsHeader: Sendable, Equatable {
  package struct Tensor: Sendable, Equatable {
    package let name: String
    package let element: SafetensorsElement
    /// In row-major order.
    package let shape: [Int]
    /// The range of its data in the file.
    package let bytes: Range<Int64>

    package var count: Int { Int(bytes.upperBound - bytes.lowerBound) / element.bytes }
  }

  /// An entry of `__metadata__`.
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

  /// The entry of the metadata that holds the file's ``Checksum``.
  package static let checksumName = "kaleidoscope.\(Checksum.name)"

  package func tensor(_ name: String) -> Tensor? { tensors.first { $0.name == name } }

  package func text(_ name: String) -> String? { metadata.first { $0.name == name }?.text }

  /// The maximum size of a header.
  ///
  /// The format allows 100 MB; a thousand tensors need 100 KB.
  package static let maximumBytes = 8 << 20
}

extension SafetensorsHeader {
  /// - Parameters:
  ///   - json: the bytes of the header.
  ///   - fileBytes: the size of the file.
  /// - Throws: `malformed`, with an offset in the file.
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
    // An empty tensor precedes the one that starts at the same offset.
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
