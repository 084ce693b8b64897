package import Foundations
package import Signal
package import StructuredMaps

/// What is wrong with a row or a feature option, as data; the text for people is made at the command line.
package enum FrontEndError: Error, Equatable, Sendable {
  /// No row of this name. `suggestion` is the nearest name, if one is near.
  case unknownRow(name: String, known: [String], suggestion: String?)

  /// No feature option of this name.
  case unknownOption(name: String, known: [String], suggestion: String?)

  /// A feature option that has no effect on the row it was given to.
  case optionNotForRow(option: String, row: RowName, allowed: [String])

  /// An option was set twice in one row, perhaps once by its short form.
  case duplicateOption(option: String, row: String)

  /// A row with an empty option, as in `mel:` or `mel:bins=80,,deltas=2`.
  case emptyOption(row: String)

  /// An option that needs a value stands alone.
  case missingValue(option: String, allowed: SettingKind)

  /// A value that its option does not allow.
  case setting(SettingError)

  /// No preset of this name.
  case unknownPreset(name: String, known: [String], suggestion: String?)

  /// A step after the row while the row learns: no gradient goes through it.
  case notWhileLearning(option: String, row: RowName)

  /// Features that another tool made were to be computed from audio.
  case notFromAudio(row: RowName)

  /// Options that the row's matrix refuses.
  case structuredMap(StructuredMapError)

  /// So many values would have to be held for one utterance, more than are allowed.
  case tooLarge(values: Int, allowed: Int)

  /// Options that the extraction refuses.
  case signal(SignalError)

  /// Options that the steps after the extraction refuse.
  case postprocessing(PostprocessingError)
}
