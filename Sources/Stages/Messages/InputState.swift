package import Archives
package import Corpus

/// The size and digest of what an utterance was read from.
package struct InputState: Sendable {
  package let role: UtteranceInput.Role
  package let bytes: Int64
  package let sha256: String
  /// Nil for bytes that are no file, and for a file that has just been changed.
  package let stamp: InputStamp?
}
