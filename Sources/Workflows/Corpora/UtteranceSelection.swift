import Corpus
import Foundations

/// The utterances of a split that can be trained or scored on, by index in the catalog, and those that
/// cannot.
struct UtteranceSelection: Sendable {
  let split: String
  /// In key order.
  var indices: [Int]
  /// The utterances that cannot be used, with reasons.
  var rejects: [Finding]
  /// Utterances without a label file, which are left out.
  var unlabeled: [Finding]
  /// Sentences that every speaker reads, left out.
  let calibrationCount: Int

  /// - Parameter role: what the split is for.
  ///
  /// - Throws: ``WorkflowError`` for a split that the corpus does not have.
  init(
    split: String, role: SplitRole, of catalog: CorpusCatalog, splits: CorpusSplits, includesCalibration: Bool
  ) throws(WorkflowError) {
    guard let members = splits.members(of: split) else {
      throw .unknownSplit(role, name: split, known: splits.names)
    }
    self.split = split
    var (indices, rejects, unlabeled, calibrationCount): ([Int], [Finding], [Finding], Int) = ([], [], [], 0)
    for index in members {
      let utterance = catalog.utterances[index]
      if !includesCalibration, catalog.isCalibration(utterance) {
        calibrationCount += 1
      } else if let rejection = utterance.rejection {
        rejects.append(rejection)
      } else if !utterance.hasLabels {
        unlabeled.append(
          Finding(
            .warning, .labelMissing, path: Sanitized.path(utterance.audioPath), expected: "a label file",
            found: "none", utterance: utterance.key))
      } else {
        indices.append(index)
      }
    }
    self.indices = indices
    self.rejects = rejects
    self.unlabeled = unlabeled
    self.calibrationCount = calibrationCount
  }
}

/// The use of a split.
package enum SplitRole: Sendable {
  case training
  case development
  case test
}
