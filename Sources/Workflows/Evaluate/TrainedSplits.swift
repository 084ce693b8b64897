import Corpus
import Files
import TrainedModels

/// The utterances of a corpus that a model was trained on, and those that its epoch and decoder were chosen
/// by.
struct TrainedSplits: Sendable {
  let train: UtteranceSelection
  let dev: UtteranceSelection

  /// Nil for a corpus other than the one that the model was trained on.
  init?(_ configuration: TrainingConfiguration, in catalog: CorpusCatalog, _ splits: CorpusSplits) throws {
    func selection(_ split: String, _ role: SplitRole) -> UtteranceSelection? {
      try? UtteranceSelection(
        split: split, role: role, of: catalog, splits: splits,
        includesCalibration: configuration.includesCalibration)
    }
    guard let train = selection(configuration.trainSplit, .training),
      let dev = selection(configuration.devSplit, .development),
      try catalog.trainingSHA256(train: train, dev: dev) == configuration.corpusSHA256
    else { return nil }
    (self.train, self.dev) = (train, dev)
  }

  /// The speakers among some whom the model knows.
  func known(_ speakers: Set<String>, in catalog: CorpusCatalog) -> KnownSpeakers {
    func count(_ selection: UtteranceSelection) -> Int {
      Set(selection.indices.map { catalog.utterances[$0].speaker }).intersection(speakers).count
    }
    return KnownSpeakers(of: speakers.count, trained: count(train), chosenBy: count(dev))
  }
}

extension CorpusCatalog {
  /// SHA-256 over the corpus and who is trained on and chosen by.
  func trainingSHA256(train: UtteranceSelection, dev: UtteranceSelection) throws -> String {
    var splits: [Int: String] = [:]
    for selection in [train, dev] {
      for index in selection.indices { splits[index] = selection.split }
    }
    return try sha256(canonicalManifest() + canonicalSplits(splits))
  }
}

/// The speakers of a split that is scored whom the model was trained on or chosen by.
package struct KnownSpeakers: Sendable, Equatable {
  /// Speakers of the split.
  package var of: Int
  /// Those among them that the model was trained on.
  package var trained: Int
  /// Those among them that epoch and decoder were chosen on.
  package var chosenBy: Int

  package var isNone: Bool { trained == 0 && chosenBy == 0 }
}
