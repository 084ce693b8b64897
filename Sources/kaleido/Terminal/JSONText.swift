import Foundation

/// Typed results as JSON for standard output: names in snake case as in the program's other JSON, keys
/// sorted, slashes as they are, a newline at the end.
enum JSONText {
  /// - Throws: ``Failure`` for a value that JSON cannot hold, such as an infinity.
  static func of(_ value: some Encodable) throws(Failure) -> String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
    } catch {
      throw Failure(.internal, code: "json", subject: "\(type(of: value))")
    }
  }
}
