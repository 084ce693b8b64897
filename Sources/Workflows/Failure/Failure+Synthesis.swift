import Synthesis

extension Failure {
  init(synthesis error: SynthesisError) {
    switch error {
    case .engineMissing(let engine, let missing, let packages):
      self.init(
        .noInput, code: "engine-missing", subject: "--engines \(engine.rawValue)", expected: missing,
        found: "nothing of the kind",
        remedy: packages.isEmpty
          ? "Leave the engine out."
          : "Install it (Debian: apt-get install \(packages.joined(separator: " "))), or leave the engine out."
      )
    case .engineFailed(let engine, let voice, let reason):
      self.init(
        .badInput, code: "engine-failed", subject: engine.rawValue, place: "voice \(voice)", found: reason,
        remedy: "Try the program by itself, or leave the engine out.")
    case .unspeakable(let text, let reason):
      self.init(
        .badInput, code: "unspeakable", subject: text, found: reason, remedy: "Leave the sentence out.")
    case .tooFewPrompts(let found, let needed):
      self.init(
        .badInput, code: "too-few-prompts", subject: "--prompts",
        expected: "at least \(needed) usable sentences", found: "\(found)",
        remedy: "Add sentences, or ask for fewer --minutes.")
    case .recipe(let field, let value, let expected):
      self.init(
        .usage, code: "invalid-value", subject: "--\(field.rawValue)", expected: expected, found: value)
    case .transformUnavailable(let points):
      self.init(.internal, code: "transform-unavailable", subject: "FFTW", found: "\(points) points")
    case .inputOutput(let path, let errno):
      self.init(
        .inputOutput, code: "input-output", subject: path,
        remedy: "Make room in the folder for temporary files, or name another with TMPDIR.",
        errorNumber: errno)
    case .cancelled: self = .interruption
    }
  }
}
