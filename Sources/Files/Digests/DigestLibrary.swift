internal import CCrypto

/// The library that computes digests.
package enum DigestLibrary {
  /// The name and version, such as `OpenSSL 3.0.17 1 Jul 2025`.
  package static var version: String { String(cString: OpenSSL_version(OPENSSL_VERSION)) }
}
