import Testing

@testable import Corpus

@Suite("ManifestLine")
struct ManifestLineTests {
  /// Lines with the field, what was expected and what was found in it.
  static let faults: [(line: String, field: String, expected: String, found: String)] = [
    ("{", "column 2", #"'"'"#, "the end of the line"),
    ("{}", "id", "text", "no field"),
    ("[]", "column 1", "'{'", "["),
    ("x", "column 1", "'{'", "x"),
    (#"{"id":1}"#, "column 7", #"'"'"#, "1"),
    (#"{"id":"a","audio":"b"} x"#, "column 24", "the end of the line", "x"),
    (#"{"id":"a","id":"b"}"#, "column 16", "each field once", "id"),
    (#"{"id" "a"}"#, "column 7", "':'", #"""#),
    (#"{"id":"a" "audio":"b"}"#, "column 11", "'}'", #"""#),
    (#"{"id":"a",}"#, "column 11", #"'"'"#, "}"),
    ("{\"id\":\"\u{1}\",\"audio\":\"b\"}", "column 8", "text without control characters", #"\x01"#),
    (#"{"id":"\q"}"#, "column 9", "an escape", "q"),
    (#"{"id":"\u12g4"}"#, "column 10", "four hexadecimal digits", "1"),
    (#"{"id":"\u12""#, "column 10", "four hexadecimal digits", "1"),
    (#"{"id":"\ud800x"}"#, "column 14", "the second half of a surrogate pair", "x"),
    (#"{"id":"\ud800\u0041"}"#, "column 20", "a character", #"""#),
    (#"{"id":"\udc00"}"#, "column 14", "a character", #"""#),
    (#"{"id":"a"#, "column 9", #"'"'"#, "the end of the line"),
    (#"{"id":"a\"#, "column 10", "an escape", "the end of the line"),
    (#"{"channel":01}"#, "column 14", "a number without leading zeros", "}"),
    (#"{"channel":1.5}"#, "column 12", "an integer", "1"),
    (#"{"channel":-}"#, "column 13", "a number", "}"),
    (#"{"channel":1.}"#, "column 14", "a digit", "}"),
    (#"{"channel":1e}"#, "column 14", "a digit", "}"),
    (#"{"channel":99999999999999999999}"#, "column 12", "an integer", "9"),
    (#"{"channel":"1"}"#, "column 12", "a number", #"""#),
    (#"{"x":tru}"#, "column 6", "a value", "t"),
    (#"{"x":+1}"#, "column 6", "a number", "+"),
    (#"{"x":[1,]}"#, "column 9", "a number", "]"),
    (#"{"x":{"a" 1}}"#, "column 11", "':'", "1"),
    (#"{"x":"# + String(repeating: "[", count: 70), "column 70", "at most 64 levels", "["),
    (#"{"id":"a","audio":"b\n"}"#, "audio", "text without control characters", #"b\x0A"#),
    (#"{"x":01}"#, "column 8", "a number without leading zeros", "}"),
    (#"{"x":nul"#, "column 6", "a value", "n"),
    (#"{"x":}"#, "column 6", "a number", "}"),
    (#"{"id":null,"audio":"b"}"#, "id", "text", "no field"),
  ]

  @Test("the first fault of a line is reported with its column", arguments: faults)
  func firstFault(_ fault: (line: String, field: String, expected: String, found: String)) {
    do throws(ManifestLine.Fault) {
      _ = try Array(fault.line.utf8).span.bytes.withUnsafeBytes {
        (bytes) throws(ManifestLine.Fault) in try ManifestLine(bytes)
      }
      Issue.record("\(fault.line) was taken")
    } catch {
      #expect(error.field == fault.field && error.expected == fault.expected && error.found == fault.found)
    }
  }

  @Test("known fields are read, unknown ones reported, and null is no value")
  func fields() throws {
    let line = Array(#"{"id":"\u0041","audio":"a/b.wav","channel":2,"text":null,"x":[1.5e3,{"y":"z"}]}"#.utf8)
    let parsed = try line.withUnsafeBytes { try ManifestLine($0) }
    #expect(parsed.texts == ["id": "A", "audio": "a/b.wav"])
    #expect(parsed.channel == 2 && parsed.unknown == ["x"])
  }
}
