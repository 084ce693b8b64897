import DataManifests
import Files
import Scoring
import TrainedModels

/// The frames and phones that one model recognized in the test utterances, from which all scores are
/// computed.
struct TestScores: Sendable, Equatable {
  var utterances: [RecognizedUtterance]
  var leftOut: [LeftOut.Utterance] = []

  /// Scores under every convention and measure.
  ///
  /// - Throws: ``ScoringError``.
  func result(_ run: TrainedRun, classes: ScoredClasses) throws -> SeedResult {
    var phones = PhoneScoringConvention.allCases.map {
      PhoneScores(classCount: classes.scoredSymbols.count, convention: $0)
    }
    let scorers = try PhoneScoringConvention.allCases.map {
      try PhoneScorer(table: classes.table, convention: $0)
    }
    var frames = FrameScores(classCount: classes.scoredSymbols.count)
    let columns = classes.scoredSymbols.count
    var confusions = [Int](repeating: 0, count: classes.classOfPhone.count * columns)
    var strict: [ScoredUtterance] = []
    for utterance in utterances {
      for (index, scorer) in scorers.enumerated() {
        let scored = try scorer.score(
          utterance: utterance.key, speaker: utterance.speaker, reference: utterance.reference,
          hypothesis: utterance.recognized)
        try phones[index].add(scored)
        if scorer.convention == .strict { strict.append(scored) }
      }
      let labels = utterance.labels.map { $0 < 0 ? -1 : classes.classOfPhone[Int($0)] }
      try frames.add(speaker: utterance.speaker, reference: labels, hypothesis: utterance.classes)
      for (phone, recognized) in zip(utterance.labels, utterance.classes) where phone >= 0 && recognized >= 0
      {
        confusions[Int(phone) * columns + Int(recognized)] += 1
      }
    }
    return SeedResult(
      seed: run.seed, history: run.history, decoding: run.decoding,
      devPhoneErrorRate: run.summary.devPhoneErrorRate, phones: phones, frames: frames,
      confusions: confusions, utterances: strict)
  }
}

// MARK: JSON

extension TestScores {
  /// The characters of classes: ASCII from `0` to `~`, then from U+0100 on; `/` for none.
  private static let first: Int32 = 0x30
  private static let asciiClasses: Int32 = 0x7F - first
  private static let firstOther: Int32 = 0x100

  private static func text(_ classes: [Int32]) -> JSONValue {
    var text = String.UnicodeScalarView()
    for label in classes {
      let value = label < asciiClasses ? first + label : firstOther + label - asciiClasses
      text.append(Unicode.Scalar(UInt16(value)) ?? "/")
    }
    return .string(String(text))
  }

  private static func classes(_ value: JSONValue?, below count: Int) -> [Int32]? {
    guard let text = value?.stringValue else { return nil }
    let classes = text.unicodeScalars.map { scalar in
      let value = Int32(bitPattern: scalar.value)
      return value < firstOther ? value - first : value - firstOther + asciiClasses
    }
    return classes.allSatisfy { $0 >= -1 && $0 < count } ? classes : nil
  }

  /// Utterances with their frames and phones, and those that were left out.
  var json: JSONValue {
    let recognized = JSONValue.array(
      utterances.map { utterance in
        var fields = [
          JSONField("key", .string(utterance.key)), JSONField("speaker", .string(utterance.speaker)),
        ]
        if let voice = utterance.voice { fields.append(JSONField("voice", .string(voice))) }
        fields += [
          JSONField("labels", Self.text(utterance.labels)),
          JSONField("classes", Self.text(utterance.classes)),
          JSONField("reference", Self.text(utterance.reference)),
          JSONField("recognized", Self.text(utterance.recognized)),
        ]
        return .object(fields)
      })
    return [
      "utterances": recognized,
      "left_out": .array(leftOut.map { ["key": .string($0.key), "reason": .string($0.reason)] }),
    ]
  }

  /// Nil for what is no list of recognized utterances.
  init?(json: JSONValue, phoneCount: Int, classCount: Int) {
    guard let values = json["utterances"]?.arrayValue, let others = json["left_out"]?.arrayValue else {
      return nil
    }
    for other in others {
      guard let key = other["key"]?.stringValue, let reason = other["reason"]?.stringValue else { return nil }
      leftOut.append(LeftOut.Utterance(key: key, reason: reason))
    }
    var utterances: [RecognizedUtterance] = []
    for value in values {
      guard let key = value["key"]?.stringValue, let speaker = value["speaker"]?.stringValue,
        let labels = Self.classes(value["labels"], below: phoneCount),
        let classes = Self.classes(value["classes"], below: classCount), classes.count == labels.count,
        let reference = Self.classes(value["reference"], below: classCount),
        let recognized = Self.classes(value["recognized"], below: classCount)
      else { return nil }
      utterances.append(
        RecognizedUtterance(
          key: key, speaker: speaker, voice: value["voice"]?.stringValue, labels: labels, classes: classes,
          reference: reference, recognized: recognized))
    }
    self.utterances = utterances
  }
}
