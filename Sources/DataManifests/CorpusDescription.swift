/// What a corpus should hold, from `timit.json` or from the `corpus.json` at the root of one's own corpus.
///
/// The schema is documented in `data-manifests/README.md` and in `data-manifests/schema/corpus.schema.json`.
package struct CorpusDescription: Codable, Equatable, Sendable {
  /// Numbers a complete corpus or split has.
  package struct Expected: Codable, Equatable, Sendable {
    package var speakers: Int?
    /// Without calibration sentences (SA1 and SA2).
    package var utterances: Int?
    package var utterancesWithCalibration: Int?
  }

  /// A dialect region and how many speakers a complete corpus has from it.
  package struct DialectRegion: Codable, Equatable, Sendable {
    package var number: Int
    package var name: String
    package var male: Int?
    package var female: Int?
    /// Speakers of this region in the full test set.
    package var fullTest: Int?
  }

  /// A named set of utterances: exactly one of `folder`, `speakers`, `speakersFile` says whose.
  package struct Split: Codable, Equatable, Sendable {
    package var name: String
    /// The folder, compared without regard to case, that holds the split.
    package var folder: String?
    /// The speakers, compared without regard to case.
    package var speakers: [String]?
    /// A file with one speaker a line, relative to the file that names it.
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
  /// Utterance names that every speaker reads, left out of training and scoring.
  package var calibrationSentences: [String]?
  /// The corpus is this one where every speaker of the named split is present.
  package var recognisedBySpeakersOf: String?
  package var expected: Expected?
  package var dialectRegions: [DialectRegion]?
  package var splits: [Split]?
}
