package import Files

extension PhoneSet {
  /// SHA-256 over the table.
  package var sha256: String {
    get throws(FileError) { try Files.sha256(Array(lines.joined(separator: "\n").utf8)) }
  }

  /// The set with its whole table, as outputs and models hold it.
  package var json: JSONValue { ["name": .string(name), "table": .array(lines.map { .string($0) })] }

  /// Reads what ``json`` writes.
  ///
  /// - Parameter path: of the file that holds it.
  /// - Throws: `FileError` or `DataManifestError` for what is no table.
  package init(json: JSONValue, path: String) throws {
    let reader = FieldReader(json: json, path: path)
    let lines = try reader.array("table").map { line throws(FileError) -> String in
      guard let text = line.stringValue else { throw reader.wrong("table", expected: "lines of text") }
      return text
    }
    try self.init(
      table: Array(lines.joined(separator: "\n").utf8), name: try reader.string("name"), path: path)
  }
}
