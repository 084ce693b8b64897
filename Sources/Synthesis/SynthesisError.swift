/// The errors of this module.
package enum SynthesisError: Error, Equatable, Sendable {
  /// A requested engine, or one of its voices, is not installed; `packages` are the Debian packages to
  /// install.
  case engineMissing(VoiceEngine, EnginePart, packages: [String])

  /// An engine's program failed, or its output cannot be parsed.
  case engineFailed(VoiceEngine, voice: String, EngineFault)

  /// An engine cannot speak one sentence; other sentences are not affected.
  case unspeakable(text: String, UnspeakableCause)

  /// Fewer sentences than three disjoint sets need.
  case tooFewPrompts(found: Int, needed: Int)

  /// A recipe with an invalid value.
  case recipe(field: RecipeField, value: String, expected: String)

  /// FFTW has no plan for the transform of the convolutions.
  case transformUnavailable(points: Int)

  /// Temporary files of an engine cannot be written or read.
  case inputOutput(path: String, errno: Int32)

  /// The task was canceled.
  case cancelled
}

/// A field of a recipe.
package enum RecipeField: String, Sendable {
  case speakers
  case minutes
  case engines
}

/// A missing part of an engine.
package enum EnginePart: Equatable, Sendable {
  case program(String)
  case library(String)
  case voice(String)
}

/// The failure of an engine's program.
package enum EngineFault: Equatable, Sendable {
  case doesNotStart
  /// It did not finish in time.
  case tookTooLong(seconds: Int)
  /// Its exit status, or the signal that ended it, and the end of its standard error.
  case ended(status: Int32, errorOutput: String)
  /// The unexpected part of its output.
  case malformed(String)
}

/// The reason that a sentence cannot be spoken.
package enum UnspeakableCause: Equatable, Sendable {
  case noSound
  case noPhones
  case segmentsBeyondSamples
  /// A phone that TIMIT does not have.
  case unknownPhone(String)

  /// The code in records.
  package var code: String {
    switch self {
    case .noSound: "no-sound"
    case .noPhones: "no-phones"
    case .segmentsBeyondSamples: "segments-beyond-samples"
    case .unknownPhone(let name): "unknown-phone \(name)"
    }
  }
}
