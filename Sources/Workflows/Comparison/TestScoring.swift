import Corpus
import DataManifests
import Files
import Foundations
import Recognition
import Scoring
import Stages
import TrainedModels

/// The test speakers of a corpus and the scores of models on them: what `compare` and `report` share.
struct TestScoring: Sendable {
  /// With the split that is scored.
  let test: TestOptions
  let catalog: CorpusCatalog
  let splits: CorpusSplits
  let selection: UtteranceSelection
  /// The classes that all models are scored in.
  let scored: Folding
  let directory: ComparisonDirectory
  /// The digest of the test utterances and their split.
  let sha256: String
  /// Base voices by speaker, where a folder holds a manifest that names them.
  let voices: [String: String]

  /// The name of the split that is scored.
  var split: String { selection.split }

  /// - Throws: ``WorkflowError``, ``CorpusError``, ``DataManifestError``, ``ScoringError``, ``FileError``.
  ///
  /// - Parameters:
  ///   - trained: the models that are compared, as far as they are there.
  ///   - training: the options of those that are to be trained.
  init(
    _ test: TestOptions, directory: ComparisonDirectory, trained: [TrainedRun], training: TrainOptions? = nil,
    progress: WorkProgress
  ) throws {
    self.directory = directory
    catalog = try test.corpus.open(progress: progress, modelPhones: trained.first?.configuration.phones)
    for run in trained { try run.configuration.require(catalog.phoneSet, model: run.path) }
    splits = catalog.splits()
    let split = test.split ?? splits.defaultTestSplit
    var named = test
    named.split = split
    self.test = named
    selection = try UtteranceSelection(
      split: split, role: .test, of: catalog, splits: splits, includesCalibration: test.includesCalibration)
    guard !selection.indices.isEmpty else {
      throw WorkflowError.noLabeledUtterance(corpus: test.corpus.path, split: split)
    }
    let phones = catalog.phoneSet
    self.scored = try Self.scored(
      trained.map(\.configuration.classes) + (training.map { [$0.classes ?? phones.lastFolding.name] } ?? []),
      of: phones)
    voices = Self.voices(of: catalog, corpus: test.corpus)
    var tested: [Int: String] = [:]
    for index in selection.indices { tested[index] = split }
    sha256 = try Files.sha256(catalog.canonicalManifest() + catalog.canonicalSplits(tested))
  }

  /// The base voices of speakers, from the manifest, or from one in the corpus's folder.
  private static func voices(
    of catalog: CorpusCatalog, corpus: CorpusLocation
  ) -> [String: String] {
    var voices: [String: String] = [:]
    let data = try? DataManifests.locate(explicit: corpus.dataFolder)
    let beside = data.flatMap {
      try? CorpusCatalog("\(corpus.path)/\(CorpusLocation.manifestName)", data: $0)
    }
    for utterance in (beside?.utterances ?? []) + catalog.utterances {
      if let voice = utterance.voice { voices[utterance.speaker] = voice }
    }
    return voices
  }

  /// The last classes that those of all models, and those that are to be trained, can be folded into.
  ///
  /// - Throws: ``WorkflowError`` if there are none, or no such column.
  private static func scored(
    _ classes: [String], of phones: PhoneSet
  ) throws(WorkflowError) -> Folding {
    guard let scored = phones.lastFolding(of: classes.compactMap(phones.folding(named:))) else {
      throw .noSharedClasses(phones: phones.name, classes: Set(classes).sorted())
    }
    return scored
  }

  /// The scores' view of a model's classes.
  func classes(of run: TrainedRun) throws(ScoringError) -> ScoredClasses {
    try ScoredClasses(run.configuration.folding, of: run.configuration.phones, scored: scored)
  }

  /// The last folder of the corpus's path.
  var corpusName: String {
    var parts = test.corpus.path.split(separator: "/").filter { $0 != "." }
    if parts.count > 1, parts[parts.count - 1].hasSuffix(".jsonl") { parts.removeLast() }
    return Sanitized.path(parts.last.map { String($0) } ?? test.corpus.path)
  }

  /// The speakers of the utterances that were scored, in the order of their names.
  func speakers(_ scores: TestScores) -> [TestSpeaker] {
    Set(scores.utterances.map(\.speaker)).sorted().map { TestSpeaker(name: $0, voice: voices[$0]) }
  }

  // MARK: Speakers of training and test

  /// A split and the utterances of it that a model was trained on or chosen by.
  typealias TrainedSplit = (split: String, indices: [Int])

  /// The utterances that a run was trained on and chosen by; nil for a run of another corpus.
  func splits(ofTraining run: TrainedRun) throws -> [TrainedSplit]? {
    try TrainedSplits(run.configuration, in: catalog, splits).map { trained in
      [trained.train, trained.dev].map { ($0.split, $0.indices) }
    }
  }

  /// Refuses test speakers that a model was trained on or chosen by.
  ///
  /// - Throws: ``WorkflowError``.
  func requireUnseenSpeakers(trainedOn trained: [TrainedSplit]) throws(WorkflowError) {
    // A voice of synthetic speech is what is independent; of natural speech, a speaker.
    func voice(_ index: Int) -> String {
      let speaker = catalog.utterances[index].speaker
      return catalog.utterances[index].voice ?? voices[speaker] ?? speaker
    }
    let tested = Set(selection.indices.flatMap { [catalog.utterances[$0].speaker, voice($0)] })
    for (trainedSplit, indices) in trained {
      guard
        let shared = indices.first(where: {
          tested.contains(catalog.utterances[$0].speaker) || tested.contains(voice($0))
        })
      else { continue }
      throw .testSpeakerTrainedOn(
        speaker: catalog.utterances[shared].speaker, trainedSplit: trainedSplit, testSplit: split)
    }
  }
}
