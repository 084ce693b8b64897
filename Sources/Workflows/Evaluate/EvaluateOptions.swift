/// What `evaluate` is asked to do.
package struct EvaluateOptions: Sendable {
  /// A RUN, or a model file of one.
  package var model: String
  /// A folder in TIMIT layout, or a `.jsonl` manifest.
  package var corpus: String
  /// What a manifest's paths are relative to; the manifest's folder if nil.
  package var root: String?
  /// The folder of the program's data, before the other places where it is looked for.
  package var dataFolder: String?
  /// The split to score; core-test where the corpus has it, else test, if nil.
  package var split: String?
  /// Workers of each stage that computes; no bit depends on it.
  package var jobs: Int
  /// Scores the sentences that every speaker reads (SA1, SA2), too.
  package var includesCalibration = false
  /// The channel to take from files of several, from 1; that of the training if nil.
  package var channel: Int?
  /// A folder of features that another tool made, for a model of them, and by how many frames their rows come later.
  package var givenFeatures: String?
  package var labelShift: Int?
  /// How many utterances may be bad.
  package var maximumBad: BadAllowance = .count(0)

  package init(model: String, corpus: String, jobs: Int = 1) {
    self.model = model
    self.corpus = corpus
    self.jobs = jobs
  }
}
