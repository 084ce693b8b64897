/// What is wrong with labels, counts, options or transcript files that came from outside.
package enum ScoringError: Error, Sendable, Equatable {
  /// Two label sequences of one utterance that must be of equal length are not.
  case lengthMismatch(reference: Int, hypothesis: Int)

  /// A label is not in 0 ..< classes (nor −1 where that is allowed).
  case labelOutOfRange(label: Int32, classes: Int)

  /// Tallies or tables over another number of classes.
  case classCountMismatch(expected: Int, found: Int)

  /// A class name that stands in no table.
  case unknownSymbol(String)

  /// A table names one class twice, or is empty of name.
  case duplicateSymbol(String)

  /// Utterances or scores under different conventions cannot be added or compared.
  case conventionMismatch(expected: PhoneScoringConvention, found: PhoneScoringConvention)

  /// The convention speaks of silence, but the phone table names none.
  case silenceMissing(convention: PhoneScoringConvention)

  /// The alignment would need more cells than are held in memory.
  case alignmentTooLarge(reference: Int, hypothesis: Int, cellLimit: Int)

  /// One utterance was scored against two different references.
  case referencesDiffer(utterance: String)

  /// The utterance stands in one of two systems only.
  case utteranceUnpaired(utterance: String)

  /// The utterance occurs twice.
  case duplicateUtterance(utterance: String)

  /// The speaker occurs twice in one row.
  case duplicateSpeaker(speaker: String)

  /// The utterance belongs to different speakers in two systems.
  case speakerMismatch(utterance: String)

  /// Rows that are compared have other speakers, voices or seeds than the baseline, or in another order.
  case rowsNotPaired(row: String, difference: PairingDifference)

  /// The shape of `counts` is not `[seeds, speakers]`.
  case countsShape(row: String, expectedSeeds: Int, expectedSpeakers: Int)

  /// A row without speakers or without seeds.
  case emptyRow(row: String)

  /// The row stands twice in one family.
  case duplicateRow(row: String)

  /// Negative errors, or a speaker whose reference holds nothing to score.
  case invalidCount(row: String, speaker: String, errors: Int, total: Int)

  /// Paired samples that are not finite numbers.
  case sampleNotFinite(index: Int)

  /// An option is outside its range.
  case optionOutOfRange(option: ComparisonOption, found: Double, allowed: ClosedRange<Double>)

  /// A transcript is not text in UTF-8.
  case notUTF8(format: TranscriptFormat)

  /// A line of a transcript is not of its format; lines count from 1.
  case malformedLine(format: TranscriptFormat, line: Int, problem: LineProblem)

  /// A value cannot be written in the format so that it would be read back the same.
  case unwritable(format: TranscriptFormat, field: TranscriptField, found: String)
}

/// In what two rows fail to be paired.
package enum PairingDifference: String, Sendable { case speakers, voices, seeds }

/// The options that ``ScoringError`` names.
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

/// Why a transcript line was refused.
package enum LineProblem: Sendable, Equatable {
  /// The line ends before this field.
  case missing(TranscriptField)

  /// The field is there, but is not of its form.
  case invalid(TranscriptField, found: String)

  /// More fields than the format has.
  case trailing(found: String)

  /// An utterance that an earlier line already gave.
  case duplicate(utterance: String, firstLine: Int)

  /// Times that go backwards within one file and channel.
  case unordered(TranscriptField)

  /// Alternations (`{ a / b }`, `<ALT>`) and `@` are sclite's own language and not read here.
  case alternation

  /// A control character other than tab.
  case controlCharacter
}
