/// Everything that ends a call of this module.
package enum SynthesisError: Error, Equatable, Sendable {
  /// An engine that was asked for is not installed, or lacks a voice; `packages` are Debian's.
  case engineMissing(VoiceEngine, EnginePart, packages: [String])

  /// An engine's program ended badly, or gave what cannot be read.
  case engineFailed(VoiceEngine, voice: String, EngineFault)

  /// An engine can make nothing of one sentence; the others are not concerned.
  case unspeakable(text: String, UnspeakableCause)

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

/// What an engine lacks.
package enum EnginePart: Equatable, Sendable {
  case program(String)
  case library(String)
  case voice(String)
}

/// How an engine's program failed.
package enum EngineFault: Equatable, Sendable {
  case doesNotStart
  /// It did not end within the time that any number of sentences could take.
  case tookTooLong(seconds: Int)
  /// Its exit status, or the signal that ended it, and the end of what it wrote to standard error.
  case ended(status: Int32, lastWords: String)
  /// Of its output, what is not as expected.
  case malformed(String)
}

/// Why a sentence cannot be spoken.
package enum UnspeakableCause: Equatable, Sendable {
  case noSound
  case noPhones
  case segmentsBeyondSamples
  /// A phone that is none of TIMIT's.
  case unknownPhone(String)

  /// A short code, as it stands in records.
  package var code: String {
    switch self {
    case .noSound: "no-sound"
    case .noPhones: "no-phones"
    case .segmentsBeyondSamples: "segments-beyond-samples"
    case .unknownPhone(let name): "unknown-phone \(name)"
    }
  }
}
