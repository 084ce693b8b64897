import Corpus
import Foundations

/// The utterances of a split that can be trained or scored on, by place in the catalogue, and those that cannot.
struct UtteranceSelection: Sendable {
  let split: String
  /// In key order.
  var places: [Int]
  /// What cannot be used, with the reason.
  var rejects: [Finding]
  /// Utterances without a label file, which are left out.
  var unlabelled: [Finding]
  /// Sentences that every speaker reads, left out.
  let calibrationCount: Int

  /// Throws ``Failure`` for a split that the corpus does not have.
  init(
    split: String, option: String, of catalog: CorpusCatalog, splits: CorpusSplits,
    includesCalibration: Bool
  ) throws(Failure) {
    guard let members = splits.members(of: split) else {
      throw Failure(
        .usage, code: "no-split", subject: option,
        expected: splits.names.isEmpty
          ? "splits: folders TRAIN and TEST, or \"split\" in the manifest"
          : "one of \(splits.names.joined(separator: ", "))", found: split)
    }
    self.split = split
    var (places, rejects, unlabelled, calibrationCount): ([Int], [Finding], [Finding], Int) = ([], [], [], 0)
    for place in members {
      let utterance = catalog.utterances[place]
      if !includesCalibration, catalog.isCalibration(utterance) {
        calibrationCount += 1
      } else if let rejection = utterance.rejection {
        rejects.append(rejection)
      } else if utterance.labelsPath == nil {
        unlabelled.append(
          Finding(
            .warning, .labelMissing, path: Sanitized.path(utterance.audioPath), expected: "a .PHN file",
            found: "none", utterance: utterance.key))
      } else {
        places.append(place)
      }
    }
    self.places = places
    self.rejects = rejects
    self.unlabelled = unlabelled
    self.calibrationCount = calibrationCount
  }
}
