import Foundations

/// A tensor to be written.
package struct SafetensorsTensor {
  package enum Content {
    case floats(UnsafeBufferPointer<Float>)
    case int64([Int64])
    case uint8([UInt8])

    fileprivate func withBytes(
      _ body: (UnsafeRawBufferPointer) throws(FileError) -> Void
    ) throws(FileError) {
      switch self {
      case .floats(let values): try body(UnsafeRawBufferPointer(values))
      case .int64(let values): try values.span.bytes.withUnsafeBytes(body)
      case .uint8(let values): try values.span.bytes.withUnsafeBytes(body)
      }
    }
  }

  package let name: String
  package let shape: [Int]
  package let content: Content

  package init(_ name: String, shape: [Int], _ content: Content) {
    let count =
      switch content {
      case .floats(let values): values.count
      case .int64(let values): values.count
      case .uint8(let values): values.count
      }
    precondition(shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == count, "shape of \(name)")
    self.name = name
    self.shape = shape
    self.content = content
  }

  fileprivate var element: SafetensorsElement {
    switch content {
    case .floats: .float32
    case .int64: .int64
    case .uint8: .uint8
    }
  }

  fileprivate var byteCount: Int { shape.reduce(1, *) * element.bytes }
}

/// A writer of safetensors files.
package enum SafetensorsWriter {
  /// Writes a file atomically: a reader of `path` finds either the previous file or this one, complete.
  ///
  /// Tensors are sorted by decreasing width of elements and otherwise keep their order; equal contents give
  /// equal bytes. The file carries its ``Checksum`` as a text of the metadata.
  ///
  /// - Throws: `system`, `noTemporaryName`.
  package static func write(
    _ tensors: [SafetensorsTensor], metadata: [SafetensorsHeader.Text], to path: String,
    store: FileStore = FileStore()
  ) throws(FileError) {
    let metadata = metadata + [SafetensorsHeader.Text(SafetensorsHeader.checksumName, Checksum.zeros)]
    precondition(
      Set(tensors.map(\.name)).count == tensors.count && Set(metadata.map(\.name)).count == metadata.count)
    // The widest elements first, so that every tensor is aligned.
    let ordered = tensors.enumerated().sorted {
      ($1.element.element.bytes, $0.offset) < ($0.element.element.bytes, $1.offset)
    }.map(\.element)
    var header = header(ordered, metadata: metadata)
    guard let digits = Checksum.digits(in: header[...]) else {
      preconditionFailure("a header with room for a digest")
    }
    let digester = try SHA256Digester()
    try digester.update(header[...])
    for tensor in ordered {
      try tensor.content.withBytes { (bytes) throws(FileError) in try digester.update(bytes) }
    }
    Checksum.put(try digester.finish(), into: &header, at: digits)
    try AtomicFile.write(to: path, store: store) { (file) throws(FileError) in
      try file.append(header)
      for tensor in ordered {
        try tensor.content.withBytes { (bytes) throws(FileError) in try file.append(bytes) }
      }
    }
  }

  /// The length and the JSON, padded so that the data start at a multiple of 64 bytes.
  private static func header(
    _ tensors: [SafetensorsTensor], metadata: [SafetensorsHeader.Text]
  ) -> [UInt8] {
    var fields: [JSONField] = []
    if !metadata.isEmpty {
      fields.append(
        JSONField("__metadata__", .object(metadata.map { JSONField($0.name, .string($0.text)) })))
    }
    var position = 0
    for tensor in tensors {
      let end = position + tensor.byteCount
      fields.append(
        JSONField(
          tensor.name,
          [
            "dtype": .string(tensor.element.rawValue),
            "shape": .array(tensor.shape.map { .integer(Int64($0)) }),
            "data_offsets": .array([.integer(Int64(position)), .integer(Int64(end))]),
          ]))
      position = end
    }
    var json = JSONValue.object(fields).bytes
    json.append(contentsOf: repeatElement(0x20, count: 63 - (json.count + 7) % 64))
    return UInt64(json.count).littleEndianBytes + json
  }
}
