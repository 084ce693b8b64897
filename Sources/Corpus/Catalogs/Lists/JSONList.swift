import Files
import Foundations

/// A file of JSON lines.
struct JSONList {
  struct Line {
    var value: JSONValue
    var number: Int
    /// The name of the file, for findings.
    var file: String
    var path: String

    func fault(_ field: String, _ expected: String) -> CorpusError {
      .badManifest(
        path: path, line: number, field: field, expected: expected,
        found: value[field].map { Sanitized.token($0.text) } ?? "no field")
    }

    /// The first of the fields that is a text or a whole number.
    func text(_ fields: [String]) -> String? {
      for field in fields {
        if let text = value[field]?.stringValue, !text.isEmpty { return text }
        if let number = value[field]?.integerValue { return "\(number)" }
      }
      return nil
    }

    /// A time in seconds; nil if there is no field.
    func time(_ field: String) throws(CorpusError) -> LabelTime? {
      guard let number = value[field], number != .null else { return nil }
      guard let time = LabelTime(seconds: number), time.numerator >= 0 else {
        throw fault(field, "seconds of 0 or more")
      }
      return time
    }
  }

  private(set) var lines: [Line] = []

  init(_ path: String) throws(CorpusError) {
    let bytes = try ListFile.bytes(path)
    let shown = Sanitized.path(path)
    let file = Sanitized.path(String(path.split(separator: "/").last ?? path[...]))
    var number = 0
    var position = 0
    while position < bytes.count {
      number += 1
      let end = bytes[position...].firstIndex(of: 0x0A) ?? bytes.count
      let line = bytes[position..<end]
      position = end + 1
      if line.allSatisfy(TextLines.isBlank) { continue }
      guard let value = try? JSONParser.parse(Array(line), path: path), value.objectValue != nil else {
        throw .badManifest(
          path: shown, line: number, field: nil, expected: "a JSON object", found: Sanitized.token(line))
      }
      lines.append(Line(value: value, number: number, file: file, path: shown))
    }
  }
}

extension LabelTime {
  /// The time of a JSON number, as the shortest decimal that is the number.
  init?(seconds value: JSONValue) {
    let text: String
    if let integer = value.integerValue {
      text = "\(integer)"
    } else if let number = value.numberValue {
      text = "\(number)"
    } else {
      return nil
    }
    guard let number = try? LabelNumber(text.utf8) else { return nil }
    self.init(number, unit: .seconds, frameShift: 1, rate: 1)
  }
}
