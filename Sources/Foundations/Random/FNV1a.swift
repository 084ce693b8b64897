/// The 64-bit FNV-1a hash of bytes.
///
/// Equal on all machines and in all runs, unlike `Hasher`; not collision-resistant.
///
/// Source: Fowler, Noll and Vo, "The FNV non-cryptographic hash algorithm".
package struct FNV1a: Sendable {
  package private(set) var hash: UInt64 = 0xCBF2_9CE4_8422_2325

  package init() {}

  /// The hash of a text's UTF-8 bytes.
  package static func hash(of text: String) -> UInt64 {
    var digest = FNV1a()
    for byte in text.utf8 { digest.add(byte) }
    return digest.hash
  }

  package mutating func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
}
