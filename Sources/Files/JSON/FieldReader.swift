/// A reader of the fields of a JSON object, with errors that name the field.
package struct FieldReader {
  package let json: JSONValue
  package let path: String

  package init(json: JSONValue, path: String) {
    self.json = json
    self.path = path
  }

  package func wrong(_ name: String, expected: String) -> FileError {
    .malformed(path: path, offset: 0, expected: "\(name): \(expected)", found: json[name]?.text ?? "nothing")
  }

  package func expect(version: Int64) throws(FileError) {
    guard json["version"] == .integer(version) else {
      throw .otherVersion(path: path, expected: version, found: json["version"]?.text ?? "none")
    }
  }

  package func value(_ name: String) throws(FileError) -> JSONValue {
    guard let value = json[name] else { throw wrong(name, expected: "a value") }
    return value
  }

  package func string(_ name: String) throws(FileError) -> String {
    guard let value = json[name]?.stringValue else { throw wrong(name, expected: "text") }
    return value
  }

  package func optionalString(_ name: String) throws(FileError) -> String? {
    json[name] == nil ? nil : try string(name)
  }

  package func integer(_ name: String) throws(FileError) -> Int64 {
    guard let value = json[name]?.integerValue else { throw wrong(name, expected: "a whole number") }
    return value
  }

  package func count(_ name: String) throws(FileError) -> Int {
    let value = try integer(name)
    guard value >= 0, value < 1 << 53 else { throw wrong(name, expected: "a count") }
    return Int(value)
  }

  package func number(_ name: String) throws(FileError) -> Double {
    guard let value = json[name]?.numberValue else { throw wrong(name, expected: "a number") }
    return value
  }

  package func bool(_ name: String) throws(FileError) -> Bool {
    guard let value = json[name]?.boolValue else { throw wrong(name, expected: "true or false") }
    return value
  }

  package func array(_ name: String) throws(FileError) -> [JSONValue] {
    guard let value = json[name]?.arrayValue else { throw wrong(name, expected: "an array") }
    return value
  }
}
