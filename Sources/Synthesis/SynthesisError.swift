/// Everything that ends a call of this module.
package enum SynthesisError: Error, Equatable, Sendable {
  /// An engine that was asked for is not installed, or lacks a voice; `packages` are Debian's.
  case engineMissing(VoiceEngine, missing: String, packages: [String])

  /// An engine's program ended badly, or gave what cannot be read.
  case engineFailed(VoiceEngine, voice: String, reason: String)

  /// An engine can make nothing of one sentence; the others are not concerned.
  case unspeakable(text: String, reason: String)

  /// Fewer sentences than three disjoint sets and a speaker's share of them need.
  case tooFewPrompts(found: Int, needed: Int)

  /// A recipe that cannot be.
  case recipe(field: RecipeField, value: String, expected: String)

  /// No transform of the length that the convolutions need.
  case transformUnavailable(points: Int)

  /// Temporary files of an engine cannot be written or read.
  case inputOutput(path: String, errno: Int32)

  /// The task was cancelled.
  case cancelled
}

/// What a recipe says in numbers.
package enum RecipeField: String, Sendable {
  case speakers
  case minutes
  case engines
}
