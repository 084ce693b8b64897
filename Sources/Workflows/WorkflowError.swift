package import Archives
package import Corpus
package import FrontEnds
package import Recognition

/// A fault of a workflow's options, its input or its directory, as data.
///
/// Errors of modules below pass through workflows unchanged.
package enum WorkflowError: Error, Sendable {
  // MARK: Output

  /// An output folder whose name is empty.
  case outputUnnamed
  case outputIsCorpus(path: String)

  // MARK: Corpus

  /// A folder has no paths that a root could be for.
  case rootBesideFolder(corpus: String)
  case nothingUsable(corpus: String, findings: [Finding])
  case unknownSplit(SplitRole, name: String, known: [String])
  case noLabeledUtterance(corpus: String, split: String)
  /// More rejected utterances than the limit; of `utterances` in all, where that is known.
  case tooManyRejects(corpus: String, split: String?, rejects: [Finding], utterances: Int?)

  /// A format without compressed features, which were asked for.
  case notCompressible(ArchiveFormat)
  /// A directory that has no record of where its corpus is.
  case corpusRootUnknown(directory: String)

  // MARK: Making a corpus

  package enum PromptFileFault: Sendable {
    case missing
    case notAFile
    case tooLarge(bytes: Int64)
  }

  case promptFile(path: String, PromptFileFault, allowedBytes: Int)

  // MARK: Training and evaluation

  /// Classes that the phone set has no column of.
  case unknownClasses(name: String, phones: String, known: [String])
  /// Models of which no classes can be scored alike.
  case noSharedClasses(phones: String, classes: [String])

  /// A split whose utterances have no frame with a label.
  case noLabeledFrame(corpus: String, split: String, findings: [Finding])
  /// Stored features for a front end that learns, which needs the audio.
  case storedFeaturesOfLearnable(FrontEndSpec)
  /// A speaker that is both trained on and chosen by.
  case sharedSpeaker(String, trainSplit: String, devSplit: String)
  case batchTooLarge(numbers: Int, allowed: Int)
  case shuffleBufferTooLarge(numbers: Int, allowed: Int)
  /// A checkpoint of other steps than this training would have done.
  case anotherTraining(path: String, epochs: Int, expectedSteps: Int, foundSteps: Int)

  // MARK: Streams

  /// Normalization over more than a window; of the model, or of the options if nil.
  case wholeUtteranceNormalization(CMVNScope, model: String?)
  /// A front end of which these options measure whole utterances; of the model, or of the options if nil.
  case measuresUtterances(options: [String], model: String?)
  case needsWholeUtterance(model: String, classifier: String)
  /// The reader of standard output has gone.
  case outputClosed

  // MARK: Comparison

  /// A text that names no contender.
  case invalidContender(text: String, expected: String, found: String)
  case tooFewContenders(found: Int)
  case tooManyContenders(found: Int, allowed: Int)
  /// Runs that are named twice.
  case repeatedRuns(String)
  /// A contender of runs that are not one for each seed.
  case seedCountDiffers(String, seeds: Int, runs: Int)
  /// Trials, and a contender of runs, which are trained already.
  case trialsOfRuns(String)
  /// A contender with a seed of its own, where each is trained with several.
  case seedOfContender(String)
  /// A label shift without features of another tool.
  case labelShiftWithoutExternal
  /// A report without a run.
  case noRuns
  case missingRun(path: String)
  case unfinishedRun(path: String)
  case repeatedSeed(path: String, seed: UInt64)
  /// A run of a corpus of which it is not known whom it was trained on.
  case runOfAnotherCorpus(path: String)
  /// A speaker, or a voice, of the test split and a split that a model was trained on or chosen by.
  case testSpeakerTrainedOn(speaker: String, trainedSplit: String, testSplit: String)
  /// Contenders trained on, and chosen by, other numbers of utterances.
  case trainingsNotPaired(String, expected: (train: Int, dev: Int), found: (train: Int, dev: Int))
  case damagedChoices(path: String)
  /// A file or RUN of a comparison that is not as it was written, by `cause`; what is removed is made again.
  case damagedPart(path: String, cause: any Error)
  /// A front end whose every trial diverged, the last by `cause`.
  case everyTrialDiverged(String, trials: Int, cause: TrainingError)
  /// A training with a seed that diverged, where the comparison needs every seed.
  case seedDiverged(String, seed: UInt64, cause: TrainingError)
}
