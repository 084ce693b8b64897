/// An error of labels, counts, options or transcript files.
package enum ScoringError: Error, Sendable, Equatable {
  /// The label sequences of an utterance have different lengths.
  case lengthMismatch(reference: Int, hypothesis: Int)

  /// A label is not in 0 ..< classes, nor −1 where that is allowed.
  case labelOutOfRange(label: Int32, classes: Int)

  /// Tallies or tables have different numbers of classes.
  case classCountMismatch(expected: Int, found: Int)

  /// A class name is not in the table.
  case unknownSymbol(String)

  /// A table has a class name twice, or an empty one.
  case duplicateSymbol(String)

  /// Utterances or scores under different conventions cannot be added or compared.
  case conventionMismatch(expected: PhoneScoringConvention, found: PhoneScoringConvention)

  /// The convention needs a silence, but the phone table has none.
  case silenceMissing(convention: PhoneScoringConvention)

  /// One utterance was scored against two different references.
  case referencesDiffer(utterance: String)

  /// The utterance is in only one of two systems.
  case utteranceUnpaired(utterance: String)

  /// The utterance occurs twice.
  case duplicateUtterance(utterance: String)

  /// The speaker occurs twice in one contender.
  case duplicateSpeaker(speaker: String)

  /// The utterance belongs to different speakers in two systems.
  case speakerMismatch(utterance: String)

  /// A contender has other speakers, voices or seeds than the baseline, or in another order.
  case contendersNotPaired(contender: String, difference: PairingDifference)

  /// The shape of `counts` is not `[seeds, speakers]`.
  case countsShape(contender: String, expectedSeeds: Int, expectedSpeakers: Int)

  /// The contender has no speakers or no seeds.
  case emptyContender(contender: String)

  /// The contender is in the family twice.
  case duplicateContender(contender: String)

  /// A count is negative or too large, or a speaker's reference is empty.
  case invalidCount(contender: String, speaker: String, errors: Int, total: Int)

  /// A sample is not finite.
  case sampleNotFinite(index: Int)

  /// An option is outside its range.
  case optionOutOfRange(option: ComparisonOption, found: Double, allowed: ClosedRange<Double>)

  /// A transcript is not UTF-8.
  case notUTF8(format: TranscriptFormat)

  /// A line of a transcript is invalid; lines count from 1.
  case malformedLine(format: TranscriptFormat, line: Int, problem: LineProblem)

  /// A value would not be read back the same from the format.
  case unwritable(format: TranscriptFormat, field: TranscriptField, found: String)
}

/// The property in which two contenders differ.
package enum PairingDifference: String, Sendable { case speakers, voices, seeds }

/// The options in a ``ScoringError``.
package enum ComparisonOption: String, Sendable {
  case bootstrapDraws, signFlipDraws, exactSignFlipSpeakers, significanceLevel, confidenceLevel
  case minimumVoices, goodPhonesBetweenSegments
}

/// The transcript formats of this module.
package enum TranscriptFormat: String, Sendable { case trn, ctm, stm }

/// The fields of transcript lines.
package enum TranscriptField: String, Sendable {
  case word, utterance, file, channel, speaker, start, end, duration, label, confidence
}

/// The reason why a transcript line is invalid.
package enum LineProblem: Sendable, Equatable {
  /// The line ends before this field.
  case missing(TranscriptField)

  /// The field is malformed.
  case invalid(TranscriptField, found: String)

  /// The line has more fields than the format.
  case trailing(found: String)

  /// An earlier line has the same utterance.
  case duplicate(utterance: String, firstLine: Int)

  /// Times decrease within a file and channel.
  case unordered(TranscriptField)

  /// Alternations (`{ a / b }`, `<ALT>`) and `@`, sclite's markup, are not supported.
  case alternation

  /// A control character other than tab.
  case controlCharacter
}
