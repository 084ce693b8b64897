/// A set of phone classes that TIMIT's 61 phones are folded into; the raw value is its number of classes.
package enum Folding: Int, CaseIterable, Codable, Sendable {
  /// The phones as transcribed.
  case phones61 = 61

  /// The training set of Lee and Hon (1989); `q` is deleted.
  case phones48 = 48

  /// The scoring set of Lee and Hon (1989); `q` is deleted.
  case phones39 = 39
}
