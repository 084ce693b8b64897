import Archives
package import Corpus
import Files
package import Recognition
import Stages
package import TrainedModels

/// The result of a training.
package struct TrainReport: Sendable {
  package var directory: String
  package var summary: TrainingSummary
  /// Utterances that could not be used, in key order.
  package var rejects: [Finding]
  /// Utterances without labels, which are left out.
  package var unlabeled: [Finding]
  /// Symbols outside the phone set, whose frames are not trained on, each once.
  package var unknownPhones: [Finding]
  /// The dev speakers by whom epoch and decoder were chosen.
  package var devSpeakers: DevSpeakers
  package var history: TrainingHistory
  /// The number of classes that phone errors are of.
  package var scoredClassCount: Int
  /// Epochs that this run did; the others were there already.
  package var epochsDone: Int
  /// Frames trained on in this run, and the time that it took.
  package var framesTrained: Int
  package var wallSeconds: Double

  /// The speakers by whom a model was chosen.
  package struct DevSpeakers: Sendable, Equatable {
    package var count: Int
    /// How they were held out of the training speakers; nil where the corpus names them.
    package var heldOut: HeldOut?
    /// Whether they are the speakers that were trained on, by the user's choice of splits.
    package var areTrainedOn: Bool

    /// Whether they are too few for a choice that holds for other speakers, too.
    package var areFew: Bool { count <= 2 }
  }

  /// The report as JSON: what `summary.json` holds, then what this run did.
  package var json: String {
    var fields = summary.fields
    fields.append(JSONField("directory", .string(directory)))
    fields.append(
      JSONField(
        "this_run",
        [
          "epochs": .integer(Int64(epochsDone)), "frames": .integer(Int64(framesTrained)),
          "wall_seconds": .number(wallSeconds),
        ]))
    fields.append(
      JSONField(
        "dev_speakers",
        [
          "count": .integer(Int64(devSpeakers.count)), "held_out": .bool(devSpeakers.heldOut != nil),
          "trained_on": .bool(devSpeakers.areTrainedOn),
        ]))
    fields.append(JSONField("rejects", .array(rejects.map(FindingJSON.value))))
    fields.append(JSONField("unknown_phones", .array(unknownPhones.map(FindingJSON.value))))
    fields.append(JSONField("unlabeled", .array(unlabeled.map(FindingJSON.value))))
    var out: [UInt8] = []
    JSONValue.object(fields).appendIndented(to: &out)
    return String(decoding: out, as: UTF8.self) + "\n"
  }
}
