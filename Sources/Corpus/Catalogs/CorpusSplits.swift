import DataManifests

/// The named sets of utterances for training and scoring, which may overlap like TIMIT's test and core test
/// sets.
package struct CorpusSplits: Equatable, Sendable {
  /// The source of the splits.
  package enum Rule: String, Codable, Sendable {
    /// `split` in the manifest.
    case manifest
    /// `corpus.json` at the root, or TIMIT's official lists.
    case description
    /// The folders TRAIN and TEST; dev speakers are held out of TRAIN.
    case folders
    /// There are no splits.
    case none
  }

  package let rule: Rule

  /// The dev speakers that were held out of the training split; nil where the corpus names its own.
  package let heldOut: HeldOut?

  /// `train`, `dev`, `core-test` and `test` if present, then the others in byte order.
  package let names: [String]

  private let members: [String: [Int]]

  /// The indices in `CorpusCatalog.utterances`, ascending, including calibration sentences and rejected
  /// utterances; nil if there is no such split.
  package func members(of name: String) -> [Int]? { members[name] }

  init(rule: Rule, members: [String: [Int]], heldOut: HeldOut? = nil) {
    self.rule = rule
    self.heldOut = heldOut
    self.members = members
    let first = ["train", "dev", "core-test", "test"]
    names =
      first.filter { members[$0] != nil }
      + members.keys.filter { !first.contains($0) }.sorted(by: UtteranceKey.precedes)
  }
}

extension CorpusCatalog {
  /// The splits: those of the manifest, else those of `corpus.json` or TIMIT's official lists, else TRAIN and
  /// TEST.
  package func splits() -> CorpusSplits {
    if utterances.contains(where: { $0.split != nil }) {
      var members: [String: [Int]] = [:]
      for (index, utterance) in utterances.enumerated() {
        if let split = utterance.split { members[split, default: []].append(index) }
      }
      guard members["dev"] == nil, let train = members["train"] else {
        return CorpusSplits(rule: .manifest, members: members)
      }
      return holdingOut(train, rule: .manifest, others: members)
    }
    if let splits = description?.splits, !splits.isEmpty {
      var members: [String: [Int]] = [:]
      for split in splits {
        let speakers = Set((split.speakers ?? []).map { UtteranceKey.upper($0) })
        let folder = split.folder.map { UtteranceKey.upper($0) }
        members[split.name] = utterances.indices.filter { index in
          let utterance = utterances[index]
          guard let folder else { return speakers.contains(utterance.speaker) }
          if let part = utterance.part, UtteranceKey.upper(part.rawValue) == folder { return true }
          return utterance.audioPath.split(separator: "/").dropLast().contains {
            UtteranceKey.upper($0) == folder
          }
        }
      }
      return CorpusSplits(rule: .description, members: members)
    }
    return folderSplits()
  }

  private func folderSplits() -> CorpusSplits {
    let train = utterances.indices.filter { utterances[$0].part == .train }
    let test = utterances.indices.filter { utterances[$0].part == .test }
    if train.isEmpty, test.isEmpty { return CorpusSplits(rule: .none, members: [:]) }
    return holdingOut(train, rule: .folders, others: ["test": test])
  }

  /// Splits of which dev is held out of train.
  private func holdingOut(_ train: [Int], rule: CorpusSplits.Rule, others: [String: [Int]]) -> CorpusSplits {
    var speech: [String: Int] = [:]
    // A recording of several utterances counts once for each of its speakers.
    var seen: Set<[String]> = []
    for index in train {
      let utterance = utterances[index]
      guard seen.insert([utterance.speaker, utterance.audioPath]).inserted else { continue }
      speech[utterance.speaker, default: 0] += utterance.audioByteCount
    }
    let speakers = speech.keys.sorted(by: UtteranceKey.precedes)
    let dev = Set(HeldOut.indices(speech: speakers.map { speech[$0] ?? 0 }).map { speakers[$0] })
    var members = others
    members["train"] = train.filter { !dev.contains(utterances[$0].speaker) }
    members["dev"] = train.filter { dev.contains(utterances[$0].speaker) }
    return CorpusSplits(
      rule: rule, members: members.filter { !$0.value.isEmpty },
      heldOut: dev.isEmpty ? nil : HeldOut(speakers: dev.count, of: speakers.count))
  }
}
