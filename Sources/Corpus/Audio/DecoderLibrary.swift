import CSndfile

/// The library that decodes audio.
package enum DecoderLibrary {
  /// The name and version, such as `libsndfile-1.2.0`.
  package static var version: String { String(cString: sf_version_string()) }
}
