import Archives
package import Corpus
import DataManifests
import Files
import Foundations
import FrontEnds
import Learning
package import Recognition
import Signal
package import Stages
package import TrainedModels

/// Everything a training needs to know before it touches the RUN directory.
package struct TrainPlan: Sendable {
  package let options: TrainOptions
  package let catalog: CorpusCatalog
  package let recognizer: FrameRecognizer
  package let configuration: TrainingConfiguration
  let train: UtteranceSelection
  let dev: UtteranceSelection
  /// How the dev speakers were held out of the training speakers; nil where the corpus names them.
  private let heldOut: HeldOut?
  /// Rows that segments are cut from, as they come from audio, before any normalization.
  let trainSource: FeatureSource

  /// Catalogs the corpus and checks the options; opens no audio and writes nothing.
  ///
  /// Canceling the task ends it promptly.
  package init(_ options: TrainOptions, progress: WorkProgress = WorkProgress()) throws {
    guard !options.runDirectory.isEmpty else {
      throw WorkflowError.outputUnnamed
    }
    self.options = options
    catalog = try options.corpus.open(progress: progress)
    let folding = try Self.folding(options.classes, of: catalog.phoneSet)
    var classifier = options.classifier
    classifier.classCount = folding.classCount
    let trained = try FrameRecognizer(
      features: options.features.spec, classifier: classifier, seed: options.training.seed)
    recognizer = trained
    try Self.checkMemory(trained, options.training)
    try FeatureNormalization.check(options.features.spec, learns: trained.features.layer != nil)
    if case .frontEnd(let spec, storedIn: _?) = options.features, trained.features.layer != nil {
      throw WorkflowError.storedFeaturesOfLearnable(spec)
    }
    let splits = catalog.splits()
    heldOut = options.devSplit == "dev" ? splits.heldOut : nil
    train = try UtteranceSelection(
      split: options.trainSplit, role: .training, of: catalog, splits: splits,
      includesCalibration: options.includesCalibration)
    dev = try UtteranceSelection(
      split: options.devSplit, role: .development, of: catalog, splits: splits,
      includesCalibration: options.includesCalibration)
    for selection in [train, dev] where selection.indices.isEmpty {
      throw WorkflowError.noLabeledUtterance(corpus: options.corpus.path, split: selection.split)
    }
    try Self.checkSpeakers(catalog, train, dev)
    trainSource = try FeatureSource(
      catalog: catalog,
      origin: try .init(trained.features, values: nil, folder: options.features.externalFolder),
      foldings: [folding], channel: options.channel, jobs: options.jobs)
    configuration = TrainingConfiguration(
      features: options.features.spec, classifier: classifier, phones: catalog.phoneSet,
      classes: folding.name,
      training: options.training, trainSplit: options.trainSplit, devSplit: options.devSplit,
      includesCalibration: options.includesCalibration, channel: options.channel,
      corpusSHA256: try catalog.trainingSHA256(train: train, dev: dev),
      arithmeticFingerprint: trained.features.source.fingerprint.text)
  }

  /// The column of a name; the last if nil.
  private static func folding(_ name: String?, of phones: PhoneSet) throws(WorkflowError) -> Folding {
    guard let name else { return phones.lastFolding }
    guard let folding = phones.folding(named: name) else {
      throw .unknownClasses(name: name, phones: phones.name, known: phones.foldings.map(\.name))
    }
    return folding
  }

  /// The dev speakers among some utterances.
  func devSpeakers(_ indices: [Int]) -> TrainReport.DevSpeakers {
    TrainReport.DevSpeakers(
      count: Set(indices.map { catalog.utterances[$0].speaker }).count, heldOut: heldOut,
      areTrainedOn: train.split == dev.split)
  }

  /// Refuses speakers that are both trained on and chosen by, unless one split was named for both.
  private static func checkSpeakers(
    _ catalog: CorpusCatalog, _ train: UtteranceSelection, _ dev: UtteranceSelection
  ) throws(WorkflowError) {
    guard train.split != dev.split else { return }
    let trained = Set(train.indices.map { catalog.utterances[$0].speaker })
    guard let shared = dev.indices.map({ catalog.utterances[$0].speaker }).first(where: trained.contains)
    else {
      return
    }
    throw .sharedSpeaker(shared, trainSplit: train.split, devSplit: dev.split)
  }

  /// The most floats that a batch, its activations among them, and the shuffle buffer may hold.
  private static let maximumBatchFloats = 1 << 29
  private static let maximumShuffleFloats = 1 << 32

  /// Floats of a segment, context included.
  static func segmentFloats(_ recognizer: FrameRecognizer, _ training: TrainingOptions) -> Int {
    (training.segmentFrames + recognizer.context.rows) * recognizer.features.source.channels
  }

  /// Floats of a batch with the activations of its layers.
  static func batchFloats(_ recognizer: FrameRecognizer, _ training: TrainingOptions) -> Int {
    let rows = training.batchSegments * (training.segmentFrames + recognizer.context.rows)
    let classifier = recognizer.classifier
    let spliced = recognizer.features.channels * (2 * recognizer.contextFrames + 1)
    let widths = [recognizer.features.source.channels, 2 * recognizer.features.channels, spliced]
    return rows
      * (widths + classifier.hiddenWidths.map { 8 * $0 } + [2 * classifier.options.classCount])
      .reduce(0, +)
  }

  private static func checkMemory(
    _ recognizer: FrameRecognizer, _ training: TrainingOptions
  ) throws(WorkflowError) {
    let batch = batchFloats(recognizer, training)
    guard batch <= maximumBatchFloats else {
      throw .batchTooLarge(numbers: batch, allowed: maximumBatchFloats)
    }
    let shuffle = training.shuffleSegments * segmentFloats(recognizer, training)
    guard shuffle <= maximumShuffleFloats else {
      throw .shuffleBufferTooLarge(numbers: shuffle, allowed: maximumShuffleFloats)
    }
  }

  /// Rows of the dev speakers, from the front end with the values learned.
  ///
  /// - Parameter source: the rows that are trained on; where nothing is learned, the dev speakers' are those,
  ///   too.
  func devSource(_ values: ModelValues, _ source: FeatureSource) throws(FrontEndError) -> FeatureSource {
    guard let frontEnd = recognizer.features.frontEnd, frontEnd.layer != nil else { return source }
    return try FeatureSource(
      catalog: catalog, origin: .frontEnd(frontEnd.frozen(values)),
      foldings: [configuration.folding], channel: options.channel, jobs: options.jobs)
  }
}
