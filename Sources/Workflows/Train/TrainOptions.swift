package import DataManifests
package import FrontEnds
package import Recognition

/// The options of `train`.
package struct TrainOptions: Sendable {
  package var corpus: CorpusLocation
  package var runDirectory: String
  package var frontEnd: FrontEndSpec
  package var classifier = FrameClassifierOptions()
  /// The classes that are trained and decoded.
  package var folding = Folding.phones39
  package var training = TrainingOptions()
  /// Workers of each stage that computes, and tasks of a training step; no bit depends on it.
  package var jobs: Int
  package var trainSplit = "train"
  package var devSplit = "dev"
  /// Keeps the sentences that every speaker reads (SA1, SA2).
  package var includesCalibration = false
  /// The channel to take from files of several, from 1.
  package var channel: Int?
  /// A directory of `preprocess` to read the features of a front end that does not learn from.
  package var featuresFrom: String?
  /// A folder of features that another tool made, for the front end `given`.
  package var externalFolder: String?
  /// The number of frames by which their rows come later than the frames they describe; nil if rows are
  /// frames.
  package var labelShift: Int?
  /// How many utterances may be bad.
  package var rejectLimit: RejectLimit = .count(0)
  /// Goes on with the training that the directory holds.
  package var resumes = false
  /// Gives up what another training left in the directory.
  package var replacesExisting = false
  /// The command as it was given, for `provenance.jsonl`.
  package var commandLine: [String] = []

  package init(corpus: CorpusLocation, runDirectory: String, frontEnd: FrontEndSpec, jobs: Int = 1) {
    self.corpus = corpus
    self.runDirectory = runDirectory
    self.frontEnd = frontEnd
    self.jobs = jobs
  }
}
