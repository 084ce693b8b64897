/// A strict JSON parser (RFC 8259): no duplicate names, no trailing text, bounded depth.
///
/// Preserves the order of fields. Integers that fit 64 bits are `integer`, all other numbers `number`.
package struct JSONParser {
  private var scanner: JSONScanner

  /// Parses `bytes` as one value; `path` is for errors.
  ///
  /// - Throws: `malformed` with the offset of the error.
  package static func parse(_ bytes: [UInt8], path: String) throws(FileError) -> JSONValue {
    try bytes.span.bytes.withUnsafeBytes { (buffer) throws(FileError) in
      var parser = JSONParser(scanner: JSONScanner(buffer))
      do throws(JSONScanner.Fault) {
        let value = try parser.value(depth: 0)
        try parser.scanner.expectEnd()
        return value
      } catch {
        throw .malformed(
          path: path, offset: Int64(error.position), expected: error.expected, found: error.found)
      }
    }
  }

  private mutating func value(depth: Int) throws(JSONScanner.Fault) -> JSONValue {
    let limit = JSONScanner.depthLimit
    guard depth < limit else { throw scanner.fault("at most \(limit) levels") }
    switch scanner.peek() {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try scanner.string())
    case UInt8(ascii: "t"):
      try scanner.expect(word: "true")
      return .bool(true)
    case UInt8(ascii: "f"):
      try scanner.expect(word: "false")
      return .bool(false)
    case UInt8(ascii: "n"):
      try scanner.expect(word: "null")
      return .null
    default: return try scanner.numberValue()
    }
  }

  private mutating func object(depth: Int) throws(JSONScanner.Fault) -> JSONValue {
    try scanner.expect(UInt8(ascii: "{"))
    if scanner.take(UInt8(ascii: "}")) { return .object([]) }
    var fields: [JSONField] = []
    // Linear search while there are few fields, as usual.
    var names: Set<String> = []
    repeat {
      _ = scanner.peek()
      let start = scanner.position
      let name = try scanner.string()
      let isNew: Bool
      if fields.count < 32 {
        isNew = !fields.contains { $0.name == name }
      } else {
        if names.isEmpty { names = Set(fields.map(\.name)) }
        isNew = names.insert(name).inserted
      }
      guard isNew else {
        throw JSONScanner.Fault(position: start, expected: "each name once", found: name)
      }
      try scanner.expect(UInt8(ascii: ":"))
      fields.append(JSONField(name, try value(depth: depth + 1)))
    } while scanner.take(UInt8(ascii: ","))
    try scanner.expect(UInt8(ascii: "}"))
    return .object(fields)
  }

  private mutating func array(depth: Int) throws(JSONScanner.Fault) -> JSONValue {
    try scanner.expect(UInt8(ascii: "["))
    if scanner.take(UInt8(ascii: "]")) { return .array([]) }
    var values: [JSONValue] = []
    repeat { values.append(try value(depth: depth + 1)) } while scanner.take(UInt8(ascii: ","))
    try scanner.expect(UInt8(ascii: "]"))
    return .array(values)
  }
}
