internal import CCrypto

/// An incremental SHA-256, computed by OpenSSL's libcrypto with the processor's SHA instructions.
///
/// Used by one thread at a time.
package final class SHA256Digester {
  private let context: OpaquePointer

  package init() throws(FileError) {
    guard let context = EVP_MD_CTX_new() else { throw .digestUnavailable }
    self.context = context
    guard EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else { throw .digestUnavailable }
  }

  deinit { EVP_MD_CTX_free(context) }

  package func update(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    if bytes.isEmpty { return }
    guard EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1 else { throw .digestUnavailable }
  }

  /// Copies the state of another digester, so that data after a rollback need not be read again.
  package func copyState(from other: SHA256Digester) throws(FileError) {
    guard EVP_MD_CTX_copy_ex(context, other.context) == 1 else { throw .digestUnavailable }
  }

  /// The digest as 64 lowercase hexadecimal digits; the digester must not be used afterward.
  package func finish() throws(FileError) -> String { hexadecimal(try finishBytes()) }

  /// The 32 bytes of the digest; the digester must not be used afterward.
  func finishBytes() throws(FileError) -> [UInt8] {
    var value = [UInt8](repeating: 0, count: 32)
    guard EVP_DigestFinal_ex(context, &value, nil) == 1 else { throw .digestUnavailable }
    return value
  }
}

/// The SHA-256 of bytes in memory, as 64 lowercase hexadecimal digits.
package func sha256(_ bytes: [UInt8]) throws(FileError) -> String { hexadecimal(try sha256Bytes(bytes)) }

/// The SHA-256 of bytes in memory, as 32 bytes.
package func sha256Bytes(_ bytes: [UInt8]) throws(FileError) -> [UInt8] {
  let digester = try SHA256Digester()
  try bytes.span.bytes.withUnsafeBytes { (buffer) throws(FileError) in try digester.update(buffer) }
  return try digester.finishBytes()
}

private func hexadecimal(_ bytes: [UInt8]) -> String {
  let digits = Array("0123456789abcdef".utf8)
  var text: [UInt8] = []
  text.reserveCapacity(bytes.count * 2)
  for byte in bytes {
    text.append(digits[Int(byte >> 4)])
    text.append(digits[Int(byte & 15)])
  }
  return String(decoding: text, as: UTF8.self)
}
