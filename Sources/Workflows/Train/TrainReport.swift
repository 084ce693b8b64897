import Archives
package import Corpus
import Files
package import Recognition
import Stages
import TrainedModels

/// What a training came to.
package struct TrainReport: Sendable {
  package var directory: String
  package var summary: String
  package var classifierSummary: String
  package var parameters: Int
  package var trainUtterances: Int
  package var trainFrames: Int
  package var devUtterances: Int
  package var segments: Int
  package var calibrationLeftOut: Int
  /// Utterances that could not be used, in key order.
  package var rejects: [Finding]
  /// Utterances without labels, which are left out.
  package var unlabeled: [Finding]
  package var history: TrainingHistory
  /// Epochs that this run did; the others were there already.
  package var epochsDone: Int
  package var decoding: PhoneDecodingOptions
  /// Phone errors and reference phones of the dev speakers with these weights, silence counted like any
  /// phone.
  package var devPhoneErrors: Int
  package var devReferencePhones: Int
  package var decodingTrials: Int
  /// Frames trained on in this run, and the time that it took.
  package var framesTrained: Int
  package var wallSeconds: Double

  /// The report as JSON: what `summary.json` holds, then what this run did.
  package var json: String {
    var fields = summaryFields
    fields.append(JSONField("directory", .string(directory)))
    fields.append(
      JSONField(
        "this_run",
        [
          "epochs": .integer(Int64(epochsDone)), "frames": .integer(Int64(framesTrained)),
          "wall_seconds": .number(wallSeconds),
        ]))
    fields.append(JSONField("rejects", .array(rejects.map(FindingJSON.value))))
    fields.append(JSONField("unlabeled", .array(unlabeled.map(FindingJSON.value))))
    var out: [UInt8] = []
    JSONValue.object(fields).appendIndented(to: &out)
    return String(decoding: out, as: UTF8.self) + "\n"
  }

  /// What does not depend on where, when and in how many runs it was done.
  var summaryFields: [JSONField] {
    [
      JSONField("front_end", .string(summary)), JSONField("classifier", .string(classifierSummary)),
      JSONField("parameters", .integer(Int64(parameters))),
      JSONField("train_utterances", .integer(Int64(trainUtterances))),
      JSONField("train_frames", .integer(Int64(trainFrames))),
      JSONField("dev_utterances", .integer(Int64(devUtterances))),
      JSONField("segments", .integer(Int64(segments))),
      JSONField("calibration_left_out", .integer(Int64(calibrationLeftOut))),
      JSONField("epochs", .integer(Int64(history.epochs.count))),
      JSONField("best", history.best?.json ?? .null), JSONField("last", history.epochs.last?.json ?? .null),
      JSONField("decoding", decoding.json),
      JSONField("decoding_trials", .integer(Int64(decodingTrials))),
      JSONField(
        "dev_per_strict",
        [
          "per": .number(Double(devPhoneErrors) / Double(max(1, devReferencePhones))),
          "errors": .integer(Int64(devPhoneErrors)), "phones": .integer(Int64(devReferencePhones)),
        ]),
    ]
  }
}
