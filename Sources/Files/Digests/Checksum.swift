/// The SHA-256 that a file carries within itself, so that a bit that has changed shows when the file is read.
///
/// The 64 digits follow a mark, `sha256":"`, and are those of the whole file with zeros in their own place.
/// So the digest goes wherever the file goes, and no kill can come between a file and its digest, as it could
/// between two files. In JSON it is the last field of the object (``JSONValue/checksummedBytes(indented:)``),
/// in safetensors a text of the metadata (``SafetensorsReader/checksum()``).
package enum Checksum {
  /// The result of checking a file's digest.
  package enum Verdict: Equatable, Sendable {
    case matches
    case differs(recorded: String, found: String)
    case missing
  }

  /// The name of the field that holds the digest.
  package static let name = "sha256"

  /// The digits while the digest is computed.
  package static let zeros = String(repeating: "0", count: 64)

  private static let zeroBytes = Array(zeros.utf8)

  /// The end of the field's name.
  private static let mark = Array("sha256\":".utf8)

  /// The range of the digits behind the last mark; nil if there is none.
  static func digits(in bytes: ArraySlice<UInt8>) -> Range<Int>? {
    var start = bytes.endIndex - mark.count - 1 - zeroBytes.count
    while start >= bytes.startIndex {
      defer { start -= 1 }
      guard bytes[start] == mark[0], bytes[start..<start + mark.count].elementsEqual(mark) else { continue }
      var first = start + mark.count
      if bytes[first] == UInt8(ascii: " ") { first += 1 }
      first += 1
      guard first + zeroBytes.count <= bytes.endIndex else { continue }
      return first..<first + zeroBytes.count
    }
    return nil
  }

  /// Writes the digest of some bytes into them.
  static func fill(_ bytes: inout [UInt8]) throws(FileError) {
    try fill(&bytes, digest: SHA256Digester(), lineStart: 0)
  }

  /// Writes into the last line of some bytes the digest of them all.
  ///
  /// - Parameters:
  ///   - digest: of the bytes before the line.
  ///   - lineStart: where the line starts.
  static func fill(
    _ bytes: inout [UInt8], digest: SHA256Digester, lineStart: Int
  ) throws(FileError) {
    guard let digits = digits(in: bytes[lineStart...]) else {
      preconditionFailure("room for a digest in a file that has one")
    }
    bytes.replaceSubrange(digits, with: zeroBytes)
    try digest.update(bytes[lineStart...])
    put(try digest.finish(), into: &bytes, at: digits)
  }

  static func put(_ digest: String, into bytes: inout [UInt8], at digits: Range<Int>) {
    bytes.replaceSubrange(digits, with: digest.utf8)
  }

  /// Compares the digest in a file's bytes with theirs.
  package static func verdict(on bytes: [UInt8]) throws(FileError) -> Verdict {
    try verdict(on: bytes[...], digest: SHA256Digester())
  }

  /// Compares the digest in a line with that of the file up to the line's end.
  ///
  /// - Parameter digest: of the bytes before the line.
  static func verdict(on line: ArraySlice<UInt8>, digest: SHA256Digester) throws(FileError) -> Verdict {
    guard let digits = digits(in: line) else { return .missing }
    try digest.update(line[..<digits.lowerBound])
    try digest.update(zeroBytes[...])
    try digest.update(line[digits.upperBound...])
    return verdict(recorded: line[digits], found: try digest.finish())
  }

  static func verdict(recorded: ArraySlice<UInt8>, found: String) -> Verdict {
    if recorded.elementsEqual(found.utf8) { return .matches }
    return .differs(recorded: String(decoding: recorded, as: UTF8.self), found: found)
  }

  /// Requires that a file is as it was written.
  ///
  /// - Throws: `checksumDiffers`, also for a file without a digest.
  package static func require(_ verdict: Verdict, path: String) throws(FileError) {
    if let fault = fault(verdict, path: path) { throw fault }
  }

  /// The error of a file that is not as it was written; nil for one that is.
  static func fault(_ verdict: Verdict, path: String) -> FileError? {
    switch verdict {
    case .matches: nil
    case .differs(let recorded, let found): .checksumDiffers(path: path, recorded: recorded, found: found)
    case .missing: .checksumDiffers(path: path, recorded: nil, found: nil)
    }
  }
}

extension SHA256Digester {
  func update(_ bytes: ArraySlice<UInt8>) throws(FileError) {
    try bytes.span.bytes.withUnsafeBytes { (buffer) throws(FileError) in try update(buffer) }
  }
}
