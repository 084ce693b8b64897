import Files
import Foundations

/// One line of a manifest: a JSON object whose known fields are text, and some numbers.
struct ManifestLine {
  /// A fault of a line.
  struct Fault: Error, Equatable {
    var field: String?
    var expected: String
    var found: String
  }

  private(set) var texts: [String: String] = [:]
  private(set) var channel: Int?

  /// The part of the audio that is the utterance.
  private(set) var segment: Segment?

  /// Fields that mean nothing here.
  private(set) var unknown: [String] = []

  static let textFields: Set<String> = [
    "id", "audio", "labels", "words", "text", "speaker", "split", "voice",
  ]

  static let timeFields: Set<String> = ["start", "end", "offset", "duration", "start_sample", "end_sample"]

  private static func number(
    _ scanner: inout JSONScanner, _ line: UnsafeRawBufferPointer
  ) throws(JSONScanner.Fault) -> LabelNumber {
    _ = scanner.peek()
    let start = scanner.position
    try scanner.skipValue()
    guard let number = try? LabelNumber(line[start..<scanner.position]), number.mantissa >= 0 else {
      throw JSONScanner.Fault(position: start, expected: "a time of 0 or more", found: "another value")
    }
    return number
  }

  /// The segment of `start` and `end`, `offset` and `duration` (seconds) or `start_sample` and `end_sample`;
  /// `duration` alone is that of the whole file.
  private static func segment(_ times: [String: LabelNumber]) throws(JSONScanner.Fault) -> Segment? {
    func fault(_ expected: String) -> JSONScanner.Fault {
      JSONScanner.Fault(position: 0, expected: expected, found: "other times")
    }
    func time(_ number: LabelNumber, _ unit: LabelUnit) throws(JSONScanner.Fault) -> LabelTime {
      guard let time = LabelTime(number, unit: unit, frameShift: 1, rate: 1) else {
        throw fault("times in 64 bits")
      }
      return time
    }
    if times["start_sample"] != nil || times["end_sample"] != nil {
      guard times.count == times.count(where: { $0.key.hasSuffix("_sample") }) else {
        throw fault("samples or seconds, not both")
      }
      return Segment(
        start: try time(times["start_sample"] ?? LabelNumber(0), .samples),
        end: try times["end_sample"].map { number throws(JSONScanner.Fault) in try time(number, .samples) })
    }
    guard times.keys.contains(where: { $0 != "duration" }) else { return nil }
    guard times["start"] == nil || times["offset"] == nil, times["end"] == nil || times["duration"] == nil
    else {
      throw fault("start and end, or offset and duration")
    }
    let start = try time(times["start"] ?? times["offset"] ?? LabelNumber(0), .seconds)
    if let end = times["end"] { return Segment(start: start, end: try time(end, .seconds)) }
    guard let duration = times["duration"] else { return Segment(start: start) }
    guard let end = start.adding(try time(duration, .seconds)) else { throw fault("times in 64 bits") }
    return Segment(start: start, end: end)
  }

  init(_ line: UnsafeRawBufferPointer) throws(Fault) {
    var scanner = JSONScanner(line, end: "the end of the line")
    do throws(JSONScanner.Fault) {
      var seen: Set<String> = []
      var times: [String: LabelNumber] = [:]
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
          } else if Self.timeFields.contains(name) {
            if !scanner.takeNull() { times[name] = try Self.number(&scanner, line) }
          } else {
            unknown.append(name)
            try scanner.skipValue()
          }
        } while scanner.take(UInt8(ascii: ","))
        try scanner.expect(UInt8(ascii: "}"))
      }
      try scanner.expectEnd()
      segment = try Self.segment(times)
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
