extension Array where Element == UInt8 {
  /// Appends a text in UTF-8.
  ///
  /// `append(contentsOf: text.utf8)` asks the runtime for generic metadata at each call.
  package mutating func append(utf8 text: String) {
    var text = text
    text.withUTF8 { append(contentsOf: $0) }
  }
}
