/// Over what mean and variance are taken before features are normalized by them.
package enum CMVNScope: String, Sendable, CaseIterable, Hashable {
  /// Features stay as they are.
  case none
  /// Over the utterance.
  case utterance
  /// Over all utterances of the speaker.
  case speaker
  /// Over all utterances.
  case global
  /// Over a window that slides along the utterance: the only one that needs no second pass.
  case sliding
}
