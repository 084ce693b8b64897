package import Files
package import Learning
package import Recognition

/// The metadata of a model file.
package struct ModelDescription: Sendable {
  package let configuration: TrainingConfiguration
  /// The epoch that it is of.
  package let epoch: EpochRecord
  /// The decoder's weights that were chosen on dev speakers; nil before they were.
  package var decoding: PhoneDecodingOptions?

  package init(
    configuration: TrainingConfiguration, epoch: EpochRecord, decoding: PhoneDecodingOptions? = nil
  ) {
    self.configuration = configuration
    self.epoch = epoch
    self.decoding = decoding
  }

  private static let configurationField = "config"
  private static let epochField = "epoch"
  private static let decodingField = "decoding"

  /// The texts of the file.
  package var texts: [SafetensorsHeader.Text] {
    var texts = [
      SafetensorsHeader.Text(Self.configurationField, configuration.json.text),
      SafetensorsHeader.Text(Self.epochField, epoch.json.text),
    ]
    if let decoding { texts.append(SafetensorsHeader.Text(Self.decodingField, decoding.json.text)) }
    return texts
  }

  /// Reads the texts of a file.
  ///
  /// - Throws: `TrainedModelError`, `CheckpointError`, `FileError`.
  package init(_ file: ModelFile) throws {
    func json(_ field: String) throws -> JSONValue? {
      guard let text = file.text(field) else { return nil }
      return try JSONParser.parse(Array(text.utf8), path: file.path)
    }
    func wrong(_ field: String, _ expected: String) -> CheckpointError {
      .metadata(path: file.path, field: field, expected: expected, found: file.text(field))
    }
    guard let configuration = try json(Self.configurationField) else {
      throw wrong(Self.configurationField, "the configuration of a training")
    }
    self.configuration = try TrainingConfiguration(configuration, path: file.path)
    guard let epoch = try json(Self.epochField).flatMap(EpochRecord.init(json:)) else {
      throw wrong(Self.epochField, "an epoch")
    }
    self.epoch = epoch
    guard let chosen = try json(Self.decodingField) else { return }
    guard let decoding = PhoneDecodingOptions(json: chosen) else {
      throw wrong(Self.decodingField, "weights in their ranges")
    }
    self.decoding = decoding
  }
}

extension PhoneDecodingOptions {
  package var json: JSONValue {
    [
      "prior_weight": .number(Double(priorWeight)), "lm_weight": .number(Double(languageWeight)),
      "insertion_penalty": .number(Double(insertionPenalty)),
      "minimum_frames": .integer(Int64(minimumFrames)),
    ]
  }

  /// Nil for what is out of range.
  package init?(json: JSONValue) {
    let allowed = Self.allowedWeights
    guard let prior = json["prior_weight"]?.numberValue.map({ Float($0) }), allowed.contains(prior),
      let language = json["lm_weight"]?.numberValue.map({ Float($0) }), allowed.contains(language),
      let penalty = json["insertion_penalty"]?.numberValue.map({ Float($0) }),
      allowed.contains(abs(penalty)),
      let frames = json["minimum_frames"]?.integerValue.flatMap({ Int(exactly: $0) }),
      Self.allowedMinimumFrames.contains(frames)
    else { return nil }
    self.init(
      priorWeight: prior, languageWeight: language, insertionPenalty: penalty, minimumFrames: frames)
  }
}
