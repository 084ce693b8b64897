import Archives
import Files
import Scoring
import Stages
import TrainedModels

extension EvaluationReport {
  /// The report as JSON, indented, a newline at the end: totals, per class, per speaker, per utterance,
  /// confusions.
  package var json: String {
    var fields: [JSONField] = [
      JSONField("model", .string(model)), JSONField("row", .string(frontEndRequest)),
      JSONField("front_end", .string(frontEnd)), JSONField("seed", .integer(Int64(bitPattern: seed))),
      JSONField("epoch", .integer(Int64(epoch))), JSONField("split", .string(split)),
      JSONField("speakers", .integer(Int64(Set(utterances.map(\.speaker)).count))),
      JSONField("utterance_count", .integer(Int64(utterances.count))),
      JSONField("calibration_left_out", .integer(Int64(calibrationLeftOut))),
      JSONField("audio_seconds", .number(audioSeconds)), JSONField("wall_seconds", .number(wallSeconds)),
    ]
    fields.append(JSONField("frames", Self.json(frames, symbols)))
    fields.append(JSONField("frames_scored", Self.json(scoredFrames, scoredSymbols)))
    fields.append(
      JSONField(
        "phones",
        .object(phones.map { JSONField($0.convention.rawValue, Self.json($0, scoredSymbols)) })))
    fields.append(
      JSONField(
        "decoding",
        .object((decoding.json.objectValue ?? []) + [JSONField("chosen_on_dev", .bool(isDecodingChosen))])))
    fields.append(JSONField("by_utterance", .array(utterances.map(Self.json))))
    fields.append(JSONField("rejects", .array(rejects.map(FindingJSON.value))))
    fields.append(JSONField("unlabeled", .array(unlabeled.map(FindingJSON.value))))
    fields.append(
      JSONField(
        "known_speakers",
        knownSpeakers.map {
          [
            "of": .integer(Int64($0.of)), "trained_on": .integer(Int64($0.trained)),
            "chosen_by": .integer(Int64($0.chosenBy)),
          ]
        } ?? .null))
    fields.append(JSONField("too_many_bad", .bool(exceedsRejectLimit)))
    var out: [UInt8] = []
    JSONValue.object(fields).appendIndented(to: &out)
    return String(decoding: out, as: UTF8.self) + "\n"
  }

  private static func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }

  private static func counts(_ tally: FrameTally) -> [JSONField] {
    [
      JSONField("fer", number(tally.errorRate)), JSONField("accuracy", number(tally.accuracy)),
      JSONField("errors", .integer(Int64(tally.errorCount))),
      JSONField("frames", .integer(Int64(tally.frameCount))),
    ]
  }

  private static func json(_ scores: FrameScores, _ symbols: [String]) -> JSONValue {
    var fields = [JSONField("classes", .integer(Int64(symbols.count)))] + counts(scores.total)
    let speakers = scores.bySpeaker.sorted { $0.key < $1.key }
    fields.append(
      JSONField("by_speaker", .object(speakers.map { JSONField($0.key, .object(counts($0.value))) })))
    let classes = symbols.enumerated().map { label, symbol -> JSONField in
      let counts = scores.total.counts(ofClass: label)
      return JSONField(
        symbol,
        [
          "frames": .integer(Int64(counts.frames)), "correct": .integer(Int64(counts.correct)),
          "hypothesized": .integer(Int64(counts.hypothesized)), "recall": number(counts.recall),
          "precision": number(counts.precision),
        ])
    }
    fields.append(JSONField("by_class", .object(classes)))
    fields.append(JSONField("confusions", confusions(scores.total.confusions, symbols)))
    return .object(fields)
  }

  private static func counts(_ tally: PhoneTally) -> [JSONField] {
    [
      JSONField("per", number(tally.errorRate)), JSONField("errors", .integer(Int64(tally.errorCount))),
      JSONField("phones", .integer(Int64(tally.referenceCount))),
      JSONField("correct", .integer(Int64(tally.correct))),
      JSONField("substitutions", .integer(Int64(tally.substitutions))),
      JSONField("deletions", .integer(Int64(tally.deletions))),
      JSONField("insertions", .integer(Int64(tally.insertions))),
    ]
  }

  private static func json(_ scores: PhoneScores, _ symbols: [String]) -> JSONValue {
    var fields = counts(scores.total)
    let speakers = scores.bySpeaker.sorted { $0.key < $1.key }
    fields.append(
      JSONField("by_speaker", .object(speakers.map { JSONField($0.key, .object(counts($0.value))) })))
    let classes = symbols.enumerated().map { label, symbol -> JSONField in
      let counts = scores.total.counts(ofClass: label)
      return JSONField(
        symbol,
        [
          "phones": .integer(Int64(counts.referenceCount)), "correct": .integer(Int64(counts.correct)),
          "substitutions": .integer(Int64(counts.substitutions)),
          "deletions": .integer(Int64(counts.deletions)),
          "insertions": .integer(Int64(counts.insertions)),
        ])
    }
    fields.append(JSONField("by_class", .object(classes)))
    fields.append(JSONField("confusions", confusions(scores.total.confusions, symbols)))
    return .object(fields)
  }

  /// The matrix `[reference, hypothesis]`, a line for each reference class by its symbol.
  private static func confusions(_ counts: [Int], _ symbols: [String]) -> JSONValue {
    .object(
      symbols.enumerated().map { row, symbol in
        JSONField(
          symbol,
          .array(
            counts[row * symbols.count..<(row + 1) * symbols.count].map { .integer(Int64($0)) }))
      })
  }

  private static func json(_ utterance: ScoredUtterance) -> JSONValue {
    var fields = [JSONField("key", .string(utterance.key)), JSONField("speaker", .string(utterance.speaker))]
    if let voice = utterance.voice { fields.append(JSONField("voice", .string(voice))) }
    fields += [
      JSONField("frames", .integer(Int64(utterance.frames))),
      JSONField("frame_errors", .integer(Int64(utterance.frameErrors))),
      JSONField("frames_scored", .integer(Int64(utterance.scoredFrames))),
      JSONField("frame_errors_scored", .integer(Int64(utterance.scoredFrameErrors))),
    ]
    for phones in utterance.phones {
      fields.append(
        JSONField(
          phones.convention.rawValue,
          [
            "phones": .integer(Int64(phones.referencePhones)),
            "substitutions": .integer(Int64(phones.substitutions)),
            "deletions": .integer(Int64(phones.deletions)),
            "insertions": .integer(Int64(phones.insertions)),
          ]))
    }
    return .object(fields)
  }
}
