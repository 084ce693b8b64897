extension JSONValue {
  /// The bytes of a file with this object, its ``Checksum`` as the last field, and a newline.
  ///
  /// - Parameter indented: whether each field has a line.
  package func checksummedBytes(indented: Bool = true) throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    if indented { withChecksum.appendIndented(to: &bytes) } else { withChecksum.append(to: &bytes) }
    bytes.append(UInt8(ascii: "\n"))
    try Checksum.fill(&bytes)
    return bytes
  }

  /// The object with room for a digest.
  fileprivate var withChecksum: JSONValue {
    guard case .object(let fields) = self, self[Checksum.name] == nil else {
      preconditionFailure("an object without a digest")
    }
    return .object(fields + [JSONField(Checksum.name, .string(Checksum.zeros))])
  }

  /// Reads the bytes of a file with a checksum, and gives the object without it.
  ///
  /// - Throws: `checksumDiffers` for bytes that are not as they were written.
  package init(checksummed bytes: [UInt8], path: String) throws(FileError) {
    try Checksum.require(try Checksum.verdict(on: bytes), path: path)
    try self.init(withChecksum: bytes, path: path)
  }

  /// Parses an object whose last field is its checksum, which was compared.
  fileprivate init(withChecksum bytes: [UInt8], path: String) throws(FileError) {
    guard case .object(let fields) = try JSONParser.parse(bytes, path: path),
      fields.last?.name == Checksum.name
    else { throw .checksumDiffers(path: path, recorded: nil, found: nil) }
    self = .object(fields.dropLast())
  }
}

/// Files of JSON objects, one per line, each with the ``Checksum`` of the file up to the end of its line.
///
/// So a changed, missing or exchanged line shows; only lines missing at the end do not.
package enum ChecksummedLines {
  package static func bytes(of values: [JSONValue]) throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    let before = try SHA256Digester()
    for value in values {
      let start = bytes.count
      value.withChecksum.append(to: &bytes)
      bytes.append(UInt8(ascii: "\n"))
      let digest = try SHA256Digester()
      try digest.copyState(from: before)
      try Checksum.fill(&bytes, digest: digest, lineStart: start)
      try before.update(bytes[start...])
    }
    return bytes
  }

  /// The objects without their checksums, in order.
  ///
  /// - Throws: `checksumDiffers` for bytes that are not as they were written.
  package static func values(in bytes: [UInt8], path: String) throws(FileError) -> [JSONValue] {
    var values: [JSONValue] = []
    var rest = bytes[...]
    let before = try SHA256Digester()
    while !rest.isEmpty {
      guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else {
        throw .checksumDiffers(path: path, recorded: nil, found: nil)
      }
      let line = rest[...end]
      let digest = try SHA256Digester()
      try digest.copyState(from: before)
      try Checksum.require(try Checksum.verdict(on: line, digest: digest), path: path)
      values.append(try JSONValue(withChecksum: Array(line), path: path))
      try before.update(line)
      rest = rest[(end + 1)...]
    }
    return values
  }
}
