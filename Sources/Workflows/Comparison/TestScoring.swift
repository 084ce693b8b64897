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
  let data: DataManifests
  let catalog: CorpusCatalog
  let splits: CorpusSplits
  let selection: UtteranceSelection
  let classes: ScoredClasses
  let directory: ComparisonDirectory
  /// The digest of the test utterances and their split.
  let sha256: String
  /// Base voices by speaker, where a folder holds a manifest that names them.
  let voices: [String: String]

  /// The name of the split that is scored.
  var split: String { selection.split }

  /// - Throws: ``WorkflowError``, ``CorpusError``, ``DataManifestError``, ``ScoringError``, ``FileError``.
  init(_ test: TestOptions, directory: ComparisonDirectory, progress: WorkProgress) throws {
    self.directory = directory
    (data, catalog) = try test.corpus.open(progress: progress)
    splits = catalog.splits()
    let split = test.split ?? splits.defaultTestSplit
    var scored = test
    scored.split = split
    self.test = scored
    selection = try UtteranceSelection(
      split: split, role: .test, of: catalog, splits: splits, includesCalibration: test.includesCalibration)
    guard !selection.indices.isEmpty else {
      throw WorkflowError.noLabeledUtterance(corpus: test.corpus.path, split: split)
    }
    classes = try ScoredClasses(.phones39, phoneSet: data.phoneSet)
    voices = Self.voices(of: catalog, corpus: test.corpus, data: data)
    var tested: [Int: String] = [:]
    for index in selection.indices { tested[index] = split }
    sha256 = try Files.sha256(catalog.canonicalManifest() + catalog.canonicalSplits(tested))
  }

  /// The base voices of speakers, from the manifest, or from one in the corpus's folder.
  private static func voices(
    of catalog: CorpusCatalog, corpus: CorpusLocation, data: DataManifests
  ) -> [String: String] {
    var voices: [String: String] = [:]
    let beside = try? CorpusCatalog("\(corpus.path)/\(CorpusLocation.manifestName)", data: data)
    for utterance in (beside?.utterances ?? []) + catalog.utterances {
      if let voice = utterance.voice { voices[utterance.speaker] = voice }
    }
    return voices
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
    let configuration = run.configuration
    let selections = try? [
      (configuration.trainSplit, SplitRole.training), (configuration.devSplit, .development),
    ].map {
      try UtteranceSelection(
        split: $0, role: $1, of: catalog, splits: splits,
        includesCalibration: configuration.includesCalibration)
    }
    guard let selections,
      try TrainPlan.corpusSHA256(catalog, train: selections[0], dev: selections[1])
        == configuration.corpusSHA256
    else { return nil }
    return selections.map { ($0.split, $0.indices) }
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
