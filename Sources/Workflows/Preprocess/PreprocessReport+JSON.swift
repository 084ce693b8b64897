package import Archives
import Corpus
import Files
import Foundations
import StageGraph
import Stages

extension PreprocessReport {
  /// The report as JSON, indented, a newline at the end.
  package var json: String {
    var fields: [JSONField] = [
      JSONField("directory", .string(directory)), JSONField("format", .string(format.rawValue)),
      JSONField("front_end", .string(summary)), JSONField("channels", .integer(Int64(channels))),
      JSONField("whole", .bool(isWhole)), JSONField("utterances", .integer(Int64(utterancesTotal))),
      JSONField("speakers", .integer(Int64(speakersTotal))),
      JSONField("stored", .integer(Int64(utterancesStored))),
      JSONField("frames", .integer(frames)), JSONField("audio_seconds", .number(audioSeconds)),
      JSONField("bytes", .integer(bytes)),
    ]
    fields.append(
      JSONField(
        "shards",
        [
          "total": .integer(Int64(shardsTotal)), "done": .integer(Int64(shardsDone)),
          "kept": .integer(Int64(shardsKept)),
        ]))
    fields.append(
      JSONField(
        "this_run",
        [
          "utterances": .integer(Int64(utterancesRead)), "audio_seconds": .number(audioSecondsRead),
          "wall_seconds": .number(wallSeconds),
        ]))
    fields.append(JSONField("indexes", .array(indexes.map { .string($0) })))
    fields.append(JSONField("notes", .array(notes.map { .string($0.text) })))
    fields.append(JSONField("rejects", .array(rejects.map(FindingJSON.value))))
    fields.append(JSONField("warnings", .array(warnings.map(FindingJSON.value))))
    fields.append(JSONField("changes", .array(changes.map(FindingJSON.value))))
    fields.append(JSONField("too_many_bad", .bool(exceedsRejectLimit)))
    fields.append(JSONField("stages", .array(meters.map(Self.json))))
    var out: [UInt8] = []
    JSONValue.object(fields).appendIndented(to: &out)
    return String(decoding: out, as: UTF8.self) + "\n"
  }

  static func json(_ meter: StageMeter) -> JSONValue {
    func seconds(_ duration: Duration) -> JSONValue { .number(duration / .seconds(1)) }
    return [
      "stage": .string(meter.stage), "workers": .integer(Int64(meter.workers)),
      "messages_in": .integer(Int64(meter.messagesIn)), "messages_out": .integer(Int64(meter.messagesOut)),
      "bytes_in": .integer(Int64(meter.bytesIn)), "bytes_out": .integer(Int64(meter.bytesOut)),
      "busy_seconds": seconds(meter.busy), "waiting_on_input_seconds": seconds(meter.waitingOnInput),
      "waiting_on_output_seconds": seconds(meter.waitingOnOutput),
    ]
  }
}

extension IndexNote {
  /// The note in a sentence.
  package var text: String {
    switch self {
    case .textMissing(let utterances):
      "text was not made: \(utterances) \(Plural.noun("utterance", for: utterances)) without a sentence, and "
        + "Kaldi wants all or no file"
    case .genderMissing(let speakers):
      "spk2gender was not made: \(speakers) \(Plural.noun("speaker", for: speakers)) without a gender"
    case .speakersMarked(let example):
      "speakers have _ behind their names (\(example)), so that they sort as their utterances do, "
        + "as Kaldi wants"
    case .speakersOutOfOrder(let first, let second):
      "utterances of \(second) sort before those of \(first): "
        + "Kaldi's validate_data_dir.sh wants speakers in order"
    }
  }
}
