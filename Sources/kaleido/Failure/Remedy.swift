/// The remedy for a failure: alternatives, each of which the command at hand may or may not have.
///
/// A part in brackets is left out where the command lacks its option: "give --channel 1 [and --force]".
struct Remedy: Sendable, Equatable {
  /// The reason for the alternatives; a sentence without its end.
  let reason: String?
  /// Imperatives: a whole text if there is one alone, else parts of a sentence.
  let alternatives: [String]

  init(_ text: String) { self.init([text]) }

  init(because reason: String? = nil, _ alternatives: [String]) {
    self.reason = reason
    self.alternatives = alternatives
  }

  /// The alternatives that a command has, as one text; nil where it has none.
  func text(for vocabulary: CommandVocabulary?) -> String? {
    let usable = alternatives.compactMap { alternative in
      guard let vocabulary else { return CommandVocabulary.optionalParts(of: alternative) { _ in false } }
      return vocabulary.spelling(alternative)
    }
    guard let first = usable.first else { return nil }
    // Sentences alone keep their form.
    if usable.count == 1, reason == nil, alternatives.count == 1 { return first }
    let list = usable.joined(separator: ", or ")
    let text = reason.map { "\($0): \(list)" } ?? list.prefix(1).uppercased() + list.dropFirst()
    return text + "."
  }
}

extension Remedy: ExpressibleByStringInterpolation {
  init(stringLiteral text: String) { self.init(text) }
}
