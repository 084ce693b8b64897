import Archives
import Files
package import StageGraph
package import Synthesis

/// The result of `corpus make`, and the content of the folder afterward.
package struct CorpusMakingReport: Sendable {
  /// Numbers of a split.
  package struct Count: Sendable {
    package var split: CorpusSplitName
    package var speakers: Int
    package var utterances: Int
    package var audioSeconds: Double
    /// The voices behind the speakers.
    package var voices: [String]
  }

  /// A sentence that could not be spoken.
  package struct LeftOut: Sendable {
    package var speaker: String
    package var name: String
    package var text: String
    package var reason: String
  }

  package var directory: String
  /// The manifest, which other commands take.
  package var manifest: String
  package var counts: [Count]
  /// Kinds of phones that occur, of 61.
  package var distinctPhones: Int
  /// Those that do not.
  package var missingPhones: [String]
  package var speakersDone: Int
  package var speakersKept: Int
  package var leftOut: [LeftOut]
  package var promptsLeftOut: [Prompt.Fault: Int]
  /// Audio that this run made.
  package var audioSecondsMade: Double
  package var wallSeconds: Double
  package var meters: [StageMeter]

  package var audioSeconds: Double { counts.reduce(0) { $0 + $1.audioSeconds } }
  package var utterances: Int { counts.reduce(0) { $0 + $1.utterances } }
  package var speakers: Int { counts.reduce(0) { $0 + $1.speakers } }
}

extension CorpusMakingReport {
  /// The report as JSON, indented, a newline at the end.
  package var json: String {
    let splits = counts.map { count -> JSONValue in
      [
        "split": .string(count.split.rawValue), "speakers": .integer(Int64(count.speakers)),
        "utterances": .integer(Int64(count.utterances)), "audio_seconds": .number(count.audioSeconds),
        "voices": .array(count.voices.map { .string($0) }),
      ]
    }
    let faults = Prompt.Fault.allCases.compactMap { fault in
      promptsLeftOut[fault].map { JSONField(fault.rawValue, .integer(Int64($0))) }
    }
    let fields: JSONValue = [
      "directory": .string(directory), "manifest": .string(manifest),
      "speakers": .integer(Int64(speakers)), "utterances": .integer(Int64(utterances)),
      "audio_seconds": .number(audioSeconds), "splits": .array(splits),
      "distinct_phones": .integer(Int64(distinctPhones)),
      "missing_phones": .array(missingPhones.map { .string($0) }),
      "speakers_done": .integer(Int64(speakersDone)), "speakers_kept": .integer(Int64(speakersKept)),
      "left_out": .array(
        leftOut.map {
          [
            "speaker": .string($0.speaker), "utterance": .string($0.name), "text": .string($0.text),
            "reason": .string($0.reason),
          ]
        }),
      "prompts_left_out": .object(faults),
      "this_run": ["audio_seconds": .number(audioSecondsMade), "wall_seconds": .number(wallSeconds)],
      "stages": .array(meters.map(PreprocessReport.json)),
    ]
    var out: [UInt8] = []
    fields.appendIndented(to: &out)
    return String(decoding: out, as: UTF8.self) + "\n"
  }
}
