import Archives
import Corpus
import Files
import Synthesis

/// The files that describe a corpus as a whole, from its design and its speakers' records.
struct CorpusIndexes {
  static let manifestName = CorpusLocation.manifestName
  static let descriptionName = "corpus.json"
  static let speakersName = "DOC/SPKRINFO.TXT"
  static let originName = "DOC/README.TXT"
  static let names = [manifestName, descriptionName, speakersName, originName]

  let design: CorpusDesign
  /// By speaker.
  let records: [String: SpeakerRecord]

  /// Each file with its bytes; nothing but design and records decides them.
  var files: [(name: String, bytes: [UInt8])] {
    [
      (Self.manifestName, manifest), (Self.descriptionName, description),
      (Self.speakersName, Array(speakers.utf8)), (Self.originName, Array(origin.utf8)),
    ]
  }

  /// A line an utterance, in the order of keys.
  private var manifest: [UInt8] {
    var lines: [(key: String, line: JSONValue)] = []
    for planned in design.speakers {
      let speaker = planned.speaker
      for utterance in records[speaker.name]?.utterances ?? [] {
        let key = "\(speaker.name)_\(utterance.name)"
        let path = "\(planned.folder)/\(utterance.name)"
        lines.append(
          (
            key,
            [
              "id": .string(key), "audio": .string(path + ".WAV"), "labels": .string(path + ".PHN"),
              "words": .string(path + ".WRD"), "text": .string(path + ".TXT"),
              "speaker": .string(speaker.name),
              "split": .string(speaker.split.rawValue), "voice": .string(speaker.voice.identifier),
            ]
          ))
      }
    }
    lines.sort { precedesInCLocale($0.key, $1.key) }
    var bytes: [UInt8] = []
    for line in lines {
      line.line.append(to: &bytes)
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }

  private func expected(_ speakers: [CorpusDesign.PlannedSpeaker]) -> JSONValue {
    let names = speakers.flatMap { records[$0.speaker.name]?.utterances.map(\.name) ?? [] }
    return [
      "speakers": .integer(Int64(speakers.count)),
      "utterances": .integer(Int64(names.count { !$0.hasPrefix("SA") })),
      "utterancesWithCalibration": .integer(Int64(names.count)),
    ]
  }

  /// `corpus.json`, by which the folder alone, without the manifest, has the same splits.
  private var description: [UInt8] {
    let splits = CorpusSplitName.allCases.map { split -> JSONValue in
      let speakers = design.speakers.filter { $0.speaker.split == split }
      return [
        "name": .string(split.rawValue),
        "speakers": .array(speakers.map(\.speaker.name).sorted(by: precedesInCLocale).map { .string($0) }),
        "expected": expected(speakers),
      ]
    }
    let json: JSONValue = [
      "schema": 1, "name": .string("synthetic-\(design.recipe.preset.rawValue)"),
      "title": "Synthetic speech in TIMIT format, made by kaleido corpus make", "sampleRateHertz": 16_000,
      "phoneSet": "phones/timit.tsv", "calibrationSentences": ["SA1", "SA2"],
      "expected": expected(design.speakers), "splits": .array(splits),
    ]
    var bytes: [UInt8] = []
    json.appendIndented(to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }

  /// A line a speaker in TIMIT's columns, `?` for what a synthetic speaker has not; what was done to the
  /// voice is under comments.
  private var speakers: String {
    let lines = design.speakers.sorted { precedesInCLocale($0.speaker.name, $1.speaker.name) }.map {
      planned in
      let speaker = planned.speaker
      let use = speaker.split == .test ? "TST" : "TRN"
      return
        "\(speaker.name.dropFirst())  \(speaker.sex.rawValue)   \(speaker.dialectRegion)  \(use)  ??/??/??  "
        + "??/??/??  ?'??\"  ???  ??   \(comments(on: speaker).joined(separator: ", "))"
    }
    let header = [
      "; Synthetic speakers: see README.TXT. An ID is a folder's name without the sex that it begins with.",
      "; ID   Sex DR Use  RecDate   BirthDate  Ht     Race Edu  Comments",
    ]
    return (header + lines).joined(separator: "\n") + "\n"
  }

  private func comments(on speaker: PseudoSpeaker) -> [String] {
    let channel = speaker.channel
    let made = [
      "split \(speaker.split.rawValue)", "voice \(speaker.voice.identifier)",
      "frequencies times \(Self.decimals(speaker.frequencyScale, 3))",
    ]
    if design.recipe.isClean { return made + ["clean"] }
    return made + [
      "tilt \(Self.decimals(channel.tilt, 2))", "SNR \(Self.decimals(channel.signalToNoiseDecibels, 1)) dB",
      "noise f^-\(Self.decimals(channel.noiseSlope, 2))",
      "hum \(Self.decimals(channel.hum, 2))", "T60 \(Self.decimals(channel.reverberationSeconds, 3)) s",
      "room \(Self.decimals(channel.reverberation, 2))",
    ]
  }

  private var origin: String {
    var text = """
      Synthetic speech in TIMIT format, made by "kaleido corpus make". \
      Not TIMIT, and nothing of TIMIT's is in it.
      Speakers are made from the voices that SPKRINFO.TXT names: see ../manifest.jsonl, field voice.

      flite     CMU Flite's voices slt, kal16, awb and rms; Carnegie Mellon University, permissive license.

      """
    if design.recipe.engines.contains(.festival) {
      text += """
        festival  ked_diphone (CSTR, permissive license) and cmu_us_slt_arctic_hts \
        (CMU and NITech, permissive license).

        """
    }
    if design.recipe.engines.contains(.espeak) {
      text += """
        espeak    eSpeak NG, a program under the GNU General Public License, version 3 or later, \
        run by itself.

        """
    }
    return text
  }

  /// A number with a point, the same in every locale.
  private static func decimals(_ value: Double, _ digitCount: Int) -> String {
    var scale = 1.0
    for _ in 0..<digitCount { scale *= 10 }
    let whole = Int((abs(value) * scale).rounded())
    let digits = String(whole)
    let padded = String(repeating: "0", count: max(0, digitCount + 1 - digits.count)) + digits
    return (value < 0 && whole > 0 ? "-" : "") + padded.dropLast(digitCount) + "." + padded.suffix(digitCount)
  }
}
