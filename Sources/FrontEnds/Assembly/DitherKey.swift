import Foundations

/// The number that keys an utterance's dither, the same on every machine and in every run.
enum DitherKey {
  /// FNV-1a over the UTF-8 bytes, then mixed so that keys that differ in their last letter differ in all
  /// bits.
  static func hash(of key: String) -> UInt64 { SplitMix64.mixed(FNV1a.hash(of: key)) }
}
