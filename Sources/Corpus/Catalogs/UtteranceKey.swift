/// Functions on the keys of utterances, which are used in names of output files and in Kaldi's tables.
enum UtteranceKey {
  /// The maximum length of a key, in bytes, which leaves room for a suffix in a file name.
  static let longest = 200

  /// The text with ASCII letters in upper case, independent of the locale.
  static func upper(_ text: some StringProtocol) -> String {
    String(unsafeUninitializedCapacity: text.utf8.count) { buffer in
      var count = 0
      for byte in text.utf8 {
        buffer[count] = byte >= 0x61 && byte <= 0x7A ? byte - 0x20 : byte
        count += 1
      }
      return count
    }
  }

  /// The fault of a name as part of a key, or nil.
  static func fault(_ name: String) -> String? {
    if name.isEmpty { return "an empty name" }
    if name.utf8.count > longest { return "\(name.utf8.count) bytes" }
    if name == "." || name == ".." { return "a folder's name" }
    var isASCII = true
    for byte in name.utf8 {
      if byte == 0x2F || byte == 0x5C { return "a path separator" }
      if byte == 0x20 { return "a blank" }
      if byte < 0x20 || byte == 0x7F { return "a control character" }
      if byte >= 0x80 { isASCII = false }
    }
    if isASCII { return nil }
    for scalar in name.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .surrogate, .unassigned, .privateUse: return "a control character"
      case .spaceSeparator, .lineSeparator, .paragraphSeparator: return "a blank"
      default: continue
      }
    }
    return nil
  }

  /// The sex encoded in a name of TIMIT's form: F or M, three initials, a digit.
  static func sex(ofSpeaker speaker: String) -> Sex? {
    let bytes = Array(speaker.utf8)
    guard bytes.count == 5, bytes[4] &- 0x30 < 10 else { return nil }
    guard bytes[1...3].allSatisfy({ $0 &- 0x41 < 26 || $0 &- 0x30 < 10 }) else { return nil }
    return Sex(rawValue: String(decoding: bytes[..<1], as: UTF8.self))
  }

  /// Byte order.
  static func precedes(_ a: String, _ b: String) -> Bool {
    let order = a.utf8.withContiguousStorageIfAvailable { a in
      b.utf8.withContiguousStorageIfAvailable { b in a.lexicographicallyPrecedes(b) }
    }
    return (order ?? nil) ?? a.utf8.lexicographicallyPrecedes(b.utf8)
  }
}
