/// The format of the bytes on a live input.
package enum LiveInputFormat: String, Sendable, CaseIterable {
  /// A file if the input begins like one, else `s16`.
  case auto
  /// RIFF WAVE or NIST SPHERE of 16-bit samples, or RIFF WAVE of floats.
  case file
  /// 16-bit samples, little-endian, mono, at the sample rate of the features.
  case s16
  /// 32-bit floats, little-endian, mono, full scale ±1.
  case f32
}
