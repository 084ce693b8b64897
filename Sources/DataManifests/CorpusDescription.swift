/// The description of a complete corpus, from `timit.json` or from the `corpus.json` at the root of a corpus.
///
/// The schema is documented in `data-manifests/README.md` and in `data-manifests/schema/corpus.schema.json`.
package struct CorpusDescription: Codable, Equatable, Sendable {
  /// The counts of a complete corpus or split.
  package struct Expected: Codable, Equatable, Sendable {
    package var speakers: Int?
    /// Without calibration sentences (SA1 and SA2).
    package var utterances: Int?
    package var utterancesWithCalibration: Int?
  }

  /// A dialect region and the number of its speakers in a complete corpus.
  package struct DialectRegion: Codable, Equatable, Sendable {
    package var number: Int
    package var name: String
    package var male: Int?
    package var female: Int?
    /// The number of speakers of the region in the full test set.
    package var fullTest: Int?
  }

  /// A named set of utterances, given by exactly one of `folder`, `speakers` and `speakersFile`.
  package struct Split: Codable, Equatable, Sendable {
    package var name: String
    /// The folder of the split, compared case-insensitively.
    package var folder: String?
    /// The speakers, compared case-insensitively.
    package var speakers: [String]?
    /// A file with one speaker per line, relative to the file that names it.
    package var speakersFile: String?
    package var expected: Expected?
  }

  /// The version of the schema: 1.
  package var schema: Int
  package var name: String
  package var title: String?
  package var sampleRateHertz: Int?
  /// The path of the phone set, relative to the data folder.
  package var phoneSet: String?
  /// The names of utterances read by every speaker, which are excluded from training and scoring.
  package var calibrationSentences: [String]?
  /// The split whose speakers identify the corpus: it is this one if all of them are present.
  package var recognizedBySpeakersOf: String?
  package var expected: Expected?
  package var dialectRegions: [DialectRegion]?
  package var splits: [Split]?
}
