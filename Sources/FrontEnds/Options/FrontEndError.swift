package import Foundations
package import Signal
package import StructuredMaps

/// An error in a front end or a feature option, as data; its text is made at the command line.
package enum FrontEndError: Error, Equatable, Sendable {
  /// No kind of front end has this name. `suggestion` is the nearest name, if one is near.
  case unknownKind(name: String, known: [String], suggestion: String?)

  /// No feature option has this name.
  case unknownOption(name: String, known: [String], suggestion: String?)

  /// A feature option that has no effect on the kind of front end it was set for.
  case optionNotForKind(option: String, kind: String, allowed: [String])

  /// An option was set twice in one request, perhaps once by its short form.
  case duplicateOption(option: String, request: String)

  /// A request with an empty option, as in `mel:` or `mel:bins=80,,deltas=2`.
  case emptyOption(request: String)

  /// An option that needs a value has none.
  case missingValue(option: String, allowed: SettingKind)

  /// A value that its option does not allow.
  case setting(SettingError)

  /// A step after a front end that learns: no gradient goes through it.
  case notWhileLearning(option: String, kind: String)

  /// Options that the front end's matrix refuses.
  case structuredMap(StructuredMapError)

  /// More values would have to be held for one utterance than are allowed.
  case tooLarge(values: Int, allowed: Int)

  /// Options that the extraction refuses.
  case signal(SignalError)

  /// Options that the steps after the extraction refuse.
  case postprocessing(PostprocessingError)
}
