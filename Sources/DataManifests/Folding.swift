/// A set of classes into which TIMIT's 61 phones are folded; the raw value is the number of classes.
package enum Folding: Int, CaseIterable, Codable, Sendable {
  /// The phones as transcribed.
  case phones61 = 61

  /// The training set of Lee and Hon (1989); `q` is deleted.
  case phones48 = 48

  /// The scoring set of Lee and Hon (1989); `q` is deleted.
  case phones39 = 39
}
