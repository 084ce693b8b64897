import Synthesis
import Workflows

extension Failure {
  init(synthesis error: SynthesisError) {
    switch error {
    case .engineMissing(let engine, let part, let packages):
      self.init(
        .noInput, code: "engine-missing", subject: "--engines \(engine.rawValue)", expected: Self.text(part),
        found: "nothing of the kind",
        remedy: packages.isEmpty
          ? "Leave the engine out."
          : Remedy([
            "install it (Debian: apt-get install \(packages.joined(separator: " ")))",
            "leave the engine out",
          ])
      )
    case .engineFailed(let engine, let voice, let fault):
      self.init(
        .badInput, code: "engine-failed", subject: engine.rawValue, location: "voice \(voice)",
        found: Self.text(fault),
        remedy: "Try the program by itself, or leave the engine out.")
    case .unspeakable(let text, let cause):
      self.init(
        .badInput, code: "unspeakable", subject: text, found: cause.code, remedy: "Leave the sentence out.")
    case .tooFewPrompts(let found, let needed):
      self.init(
        .badInput, code: "too-few-prompts", subject: "--prompts",
        expected: "at least \(needed) usable sentences", found: "\(found)",
        remedy: Remedy(["add sentences", "ask for fewer --minutes"]))
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

  private static func text(_ part: EnginePart) -> String {
    switch part {
    case .program(let name): "the program \(name)"
    case .library(let name): "the library \(name)"
    case .voice(let name): "the voice \(name)"
    }
  }

  private static func text(_ fault: EngineFault) -> String {
    switch fault {
    case .doesNotStart: "a program that does not start"
    case .tookTooLong(let seconds): "no end after \(seconds) s"
    case .ended(let status, let words): "status \(status): \(words)"
    case .malformed(let found): found
    }
  }
}
