package import FrontEnds
package import Scoring

/// The options of `compare`.
package struct ComparisonOptions: Sendable {
  package var outputDirectory: String
  /// The first is the baseline.
  package var contenders: [Contender]
  package var seedCount = 5
  package var firstSeed: UInt64 = 1
  /// Settings of the training that are tried on dev speakers for every contender; each list one trial.
  package var trials: [[NamedSetting]] = [[]]
  package var test: TestOptions
  /// The training of a front end under a trial, by its index; its folder and seed are the comparison's.
  package var training: @Sendable (_ row: FrontEndRequest, _ trial: Int) throws -> TrainOptions
  /// Of the primary test; trials are chosen by dev speakers' frames for it, else by their strict phone
  /// errors.
  package var measure = ErrorMeasure.phonesStrict
  package var statistics = SignificanceOptions()
  /// Frames by which the rows of features made elsewhere come later than ours.
  package var labelShift: Int?
  /// Replaces another comparison that the directory holds, and the trainings.
  package var replacesExisting = false
  /// The command that repeats the comparison, for the report.
  package var command = ""
  /// The command as it was given, for the trainings' provenance.
  package var commandLine: [String] = []

  package init(
    _ contenders: [Contender], outputDirectory: String, test: TestOptions,
    training: @escaping @Sendable (_ row: FrontEndRequest, _ trial: Int) throws -> TrainOptions
  ) {
    self.contenders = contenders
    self.outputDirectory = outputDirectory
    self.test = test
    self.training = training
  }

  /// The most trials that may be asked for.
  package static let maximumTrials = 64
}

/// The options of `report`.
package struct ReportOptions: Sendable {
  package var outputDirectory: String
  /// RUNs of `train`.
  package var runs: [String]
  package var test: TestOptions
  /// The command that repeats the report.
  package var command = ""

  package init(_ runs: [String], outputDirectory: String, test: TestOptions) {
    self.runs = runs
    self.outputDirectory = outputDirectory
    self.test = test
  }
}
