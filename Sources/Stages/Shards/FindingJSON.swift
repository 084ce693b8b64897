import Archives
package import Corpus
package import Files

/// A finding as the records and `rejects.jsonl` hold it.
package enum FindingJSON {
  package static func value(_ finding: Finding) -> JSONValue {
    var fields: [JSONField] = []
    func add(_ name: String, _ value: String?) {
      if let value { fields.append(JSONField(name, .string(value))) }
    }
    add("key", finding.utterance)
    add("severity", finding.severity.rawValue)
    add("code", finding.code.rawValue)
    add("path", finding.path)
    add("field", finding.field)
    if let line = finding.line { fields.append(JSONField("line", .integer(Int64(line)))) }
    add("expected", finding.expected)
    add("found", finding.found)
    add("remedy", finding.remedy)
    return .object(fields)
  }

  /// The finding that a record holds; nil for an object that is none.
  package static func finding(_ json: JSONValue) -> Finding? {
    guard let severity = json["severity"]?.stringValue.flatMap(Finding.Severity.init),
      let code = json["code"]?.stringValue.flatMap(FindingCode.init), let path = json["path"]?.stringValue
    else { return nil }
    return Finding(
      severity, code, path: path, field: json["field"]?.stringValue,
      line: json["line"]?.integerValue.map { Int(truncatingIfNeeded: $0) },
      expected: json["expected"]?.stringValue, found: json["found"]?.stringValue,
      utterance: json["key"]?.stringValue)
  }
}
