package import Files
import FrontEnds
package import Recognition

/// The content of `summary.json`: the results of a training, which do not depend on where, when
/// and in how many runs it was made.
package struct TrainingSummary: Sendable, Equatable {
  /// The front end in one line.
  package var frontEnd: String
  /// The classifier in one line.
  package var classifier: String
  package var parameters: Int
  package var trainUtterances: Int
  /// Frames with a label.
  package var trainFrames: Int
  package var devUtterances: Int
  package var segments: Int
  /// Utterances SA1 and SA2 that were left out.
  package var calibrationLeftOut: Int
  package var epochs: Int
  /// The epoch whose model was kept.
  package var best: EpochRecord?
  package var last: EpochRecord?
  /// The decoder's weights chosen on dev speakers, and the number of those that were tried.
  package var decoding: PhoneDecodingOptions
  package var decodingTrials: Int
  /// Phone errors and reference phones of the dev speakers with these weights, silence counted like any
  /// phone.
  package var devPhoneErrors: Int
  package var devReferencePhones: Int

  package var devPhoneErrorRate: Double { Double(devPhoneErrors) / Double(max(1, devReferencePhones)) }
}

extension TrainingSummary {
  package init(
    frontEnd: String, classifier: String, parameters: Int, trainUtterances: Int, trainFrames: Int,
    devUtterances: Int, segments: Int, calibrationLeftOut: Int, history: TrainingHistory,
    decoding: PhoneDecodingOptions, decodingTrials: Int, devPhoneErrors: Int, devReferencePhones: Int
  ) {
    self.init(
      frontEnd: frontEnd, classifier: classifier, parameters: parameters, trainUtterances: trainUtterances,
      trainFrames: trainFrames, devUtterances: devUtterances, segments: segments,
      calibrationLeftOut: calibrationLeftOut, epochs: history.epochs.count, best: history.best,
      last: history.epochs.last, decoding: decoding, decodingTrials: decodingTrials,
      devPhoneErrors: devPhoneErrors, devReferencePhones: devReferencePhones)
  }
}

// MARK: JSON

extension TrainingSummary {
  package var fields: [JSONField] {
    [
      JSONField("front_end", .string(frontEnd)), JSONField("classifier", .string(classifier)),
      JSONField("parameters", .integer(Int64(parameters))),
      JSONField("train_utterances", .integer(Int64(trainUtterances))),
      JSONField("train_frames", .integer(Int64(trainFrames))),
      JSONField("dev_utterances", .integer(Int64(devUtterances))),
      JSONField("segments", .integer(Int64(segments))),
      JSONField("calibration_left_out", .integer(Int64(calibrationLeftOut))),
      JSONField("epochs", .integer(Int64(epochs))),
      JSONField("best", best?.json ?? .null), JSONField("last", last?.json ?? .null),
      JSONField("decoding", decoding.json),
      JSONField("decoding_trials", .integer(Int64(decodingTrials))),
      JSONField(
        "dev_per_strict",
        [
          "per": .number(devPhoneErrorRate), "errors": .integer(Int64(devPhoneErrors)),
          "phones": .integer(Int64(devReferencePhones)),
        ]),
    ]
  }

  /// Nil for what is no summary.
  package init?(json: JSONValue) {
    func count(_ name: String, _ json: JSONValue? = json) -> Int? {
      json?[name]?.integerValue.flatMap { Int(exactly: $0) }.flatMap { $0 >= 0 ? $0 : nil }
    }
    /// An epoch, or nil inside for `null`.
    func epoch(_ name: String) -> EpochRecord?? {
      guard let value = json[name] else { return nil }
      if value == .null { return .some(nil) }
      return EpochRecord(json: value).map { .some($0) }
    }
    let errors = json["dev_per_strict"]
    guard let frontEnd = json["front_end"]?.stringValue, let classifier = json["classifier"]?.stringValue,
      let parameters = count("parameters"), let trainUtterances = count("train_utterances"),
      let trainFrames = count("train_frames"), let devUtterances = count("dev_utterances"),
      let segments = count("segments"), let calibrationLeftOut = count("calibration_left_out"),
      let epochs = count("epochs"), let best = epoch("best"), let last = epoch("last"),
      let decoding = json["decoding"].flatMap(PhoneDecodingOptions.init(json:)),
      let decodingTrials = count("decoding_trials"), let devPhoneErrors = count("errors", errors),
      let devReferencePhones = count("phones", errors)
    else { return nil }
    self.init(
      frontEnd: frontEnd, classifier: classifier, parameters: parameters, trainUtterances: trainUtterances,
      trainFrames: trainFrames, devUtterances: devUtterances, segments: segments,
      calibrationLeftOut: calibrationLeftOut, epochs: epochs, best: best, last: last, decoding: decoding,
      decodingTrials: decodingTrials, devPhoneErrors: devPhoneErrors, devReferencePhones: devReferencePhones)
  }
}
