/// Nouns after numbers.
package enum Plural {
  /// The noun for a number of things: 1 "voice", 24 "voices", 3 "classes".
  package static func noun(_ noun: String, for number: some BinaryInteger) -> String {
    if number == 1 { return noun }
    return noun + (noun.hasSuffix("s") || noun.hasSuffix("x") ? "es" : "s")
  }
}
