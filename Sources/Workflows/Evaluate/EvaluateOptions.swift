package import Stages

/// The test speakers of a corpus, and how they are read.
package struct TestOptions: Sendable {
  package var corpus: CorpusLocation
  /// The split to score; core-test where the corpus has it, else test, if nil.
  package var split: String?
  /// Scores the sentences that every speaker reads (SA1, SA2), too.
  package var includesCalibration = false
  /// The channel to take from files of several, from 1; that of the training if nil.
  package var channel: Int?
  /// How many utterances may be rejected.
  package var rejectLimit: RejectLimit = .count(0)
  /// Workers of each stage that computes; no bit depends on it.
  package var jobs: Int

  package init(_ corpus: CorpusLocation, jobs: Int = 1) {
    self.corpus = corpus
    self.jobs = jobs
  }
}

/// The options of `evaluate`.
package struct EvaluateOptions: Sendable {
  /// A RUN, or a model file of one.
  package var model: String
  package var test: TestOptions
  /// The folder of another tool's features, which a model of such features needs; others compute their own.
  package var externalFolder: ExternalFeatureFolder?
  /// The column of the phone set that is scored; the last that the model's classes can be folded into if nil.
  package var scoredClasses: String?

  package init(model: String, test: TestOptions) {
    self.model = model
    self.test = test
  }
}
