import Files
import Foundations
import TestSupport
import Testing

@Suite("JSON")
struct JSONTests {
  @Test("fields keep their order, and text and numbers have canonical forms")
  func canonical() {
    let value: JSONValue = [
      "b": 1, "a": [0.1, 1e-7, 100.0, .number(.nan), true, .null], "t": "\u{1}\"\\/\n\té\u{1F600}\u{7F}",
      "o": [:],
    ]
    #expect(
      value.text
        == #"{"b":1,"a":[0.1,1e-07,100.0,null,true,null],"t":"\u0001\"\\/\n\té😀\u007f","o":{}}"#)
    var indented: [UInt8] = []
    (["a": 1, "b": ["c": [1, 2]]] as JSONValue).appendIndented(to: &indented)
    #expect(
      String(decoding: indented, as: UTF8.self)
        == "{\n  \"a\": 1,\n  \"b\": {\n    \"c\": [1,2]\n  }\n}")
  }

  @Test("a value survives writing and parsing", arguments: [1, 2, 3, 4, 5] as [UInt64])
  func roundTrip(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<100 {
      let value = Self.random(depth: 4, &random)
      #expect(try JSONParser.parse(value.bytes, path: "p") == value, "seed \(seed)")
    }
  }

  static func random(depth: Int, _ random: inout SplitMix64) -> JSONValue {
    switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &random) {
    case 0: .null
    case 1: .bool(Bool.random(using: &random))
    case 2: .integer(Int64(bitPattern: random.next()))
    case 3:
      {
        let value = Double(bitPattern: random.next())
        return .number(value.isFinite ? value : 0.5)
      }()
    case 4, 5:
      .string(
        String(
          String.UnicodeScalarView(
            (0..<Int.random(in: 0..<8, using: &random)).compactMap { _ in
              Unicode.Scalar(
                UInt32.random(in: 0..<0x11_0000, using: &random) >> UInt32.random(in: 0..<18, using: &random))
            })))
    case 6: .array((0..<3).map { _ in Self.random(depth: depth - 1, &random) })
    default:
      .object((0..<3).map { JSONField("k\($0)", Self.random(depth: depth - 1, &random)) })
    }
  }

  @Test(
    "malformed JSON is refused with the offset of the error",
    arguments: [
      ("", 0), ("{", 1), ("[1,]", 3), ("{\"a\":1,\"a\":2}", 7), ("01", 1), ("1.", 2), ("-", 1),
      ("\"\u{1}\"", 1),
      ("\"\\x\"", 2), ("\"\\ud800\"", 7), ("tru", 3), ("1 2", 2), ("1e999", 0), ("NaN", 0), ("{\"a\" 1}", 5),
    ])
  func refused(text: String, offset: Int64) throws {
    do {
      _ = try JSONParser.parse(Array(text.utf8), path: "p")
      Issue.record("\(text) was taken")
    } catch FileError.malformed(_, let found, _, _) {
      #expect(found == offset)
    }
  }

  @Test("depth is bounded, and invalid UTF-8 is refused")
  func hostile() {
    let deep = [UInt8](repeating: UInt8(ascii: "["), count: 100_000)
    #expect(throws: FileError.self) { try JSONParser.parse(deep, path: "p") }
    #expect(throws: FileError.self) { try JSONParser.parse([0x22, 0xFF, 0x22], path: "p") }
  }
}
