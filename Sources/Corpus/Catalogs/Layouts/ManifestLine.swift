import Files
import Foundations

/// One line of a manifest: a JSON object whose known fields are text, and `channel` a number.
struct ManifestLine {
  /// What is wrong with a line.
  struct Fault: Error, Equatable {
    var field: String?
    var expected: String
    var found: String
  }

  private(set) var texts: [String: String] = [:]
  private(set) var channel: Int?

  /// Fields that mean nothing here.
  private(set) var unknown: [String] = []

  static let textFields: Set<String> = [
    "id", "audio", "labels", "words", "text", "speaker", "split", "voice",
  ]

  init(_ line: UnsafeRawBufferPointer) throws(Fault) {
    var scanner = JSONScanner(line, end: "the end of the line")
    do throws(JSONScanner.Fault) {
      var seen: Set<String> = []
      try scanner.expect(UInt8(ascii: "{"))
      if !scanner.take(UInt8(ascii: "}")) {
        repeat {
          let name = try scanner.string()
          try scanner.expect(UInt8(ascii: ":"))
          guard seen.insert(name).inserted else {
            throw JSONScanner.Fault(
              position: scanner.position, expected: "each field once", found: Sanitized.token(name))
          }
          if Self.textFields.contains(name) {
            if !scanner.takeNull() { texts[name] = try scanner.string() }
          } else if name == "channel" {
            if !scanner.takeNull() { channel = try scanner.integer() }
          } else {
            unknown.append(name)
            try scanner.skipValue()
          }
        } while scanner.take(UInt8(ascii: ","))
        try scanner.expect(UInt8(ascii: "}"))
      }
      try scanner.expectEnd()
    } catch {
      throw Fault(field: "column \(error.position + 1)", expected: error.expected, found: error.found)
    }
    for required in ["id", "audio"] where texts[required] == nil {
      throw Fault(field: required, expected: "text", found: "no field")
    }
    for (name, text) in texts where name != "id" && text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
      throw Fault(field: name, expected: "text without control characters", found: Sanitized.token(text))
    }
  }
}
