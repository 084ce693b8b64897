import Files
package import Foundation

/// The checksum of a file by its rule, written down a second time.
package enum ChecksumText {
  /// The bytes with the digest that belongs to them: SHA-256 of the whole with zeros for the digits behind
  /// the last `sha256":`.
  package static func restored(in bytes: Data) throws -> Data {
    var bytes = Data(bytes)
    guard let mark = bytes.range(of: Data("sha256\":".utf8), options: .backwards) else { return bytes }
    var first = mark.upperBound
    while bytes[first] == UInt8(ascii: " ") || bytes[first] == UInt8(ascii: "\"") { first += 1 }
    bytes.replaceSubrange(first..<first + 64, with: Data(repeating: UInt8(ascii: "0"), count: 64))
    let digest = try sha256([UInt8](bytes))
    bytes.replaceSubrange(first..<first + 64, with: Data(digest.utf8))
    return bytes
  }
}
