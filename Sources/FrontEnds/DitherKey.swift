/// The number that keys an utterance's dither, the same on every machine and in every run.
enum DitherKey {
  /// FNV-1a over the UTF-8 bytes, then mixed so that keys that differ in their last letter differ in all
  /// bits.
  ///
  /// Source: Fowler, Noll and Vo; the mixing is that of SplitMix64 (Steele, Lea and Flood 2014).
  static func hash(of key: String) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in key.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
    hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
    return hash ^ (hash >> 31)
  }
}
