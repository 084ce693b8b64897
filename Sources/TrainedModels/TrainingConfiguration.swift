package import DataManifests
package import Files
import Foundations
package import FrontEnds
package import Recognition

/// The content of a RUN's `config.json`: all that determines the bits of the model, and nothing of where the
/// corpus is.
package struct TrainingConfiguration: Sendable, Equatable {
  package var features: FeatureSpec
  package var classifier: FrameClassifierOptions
  /// The phones of the corpus, and the name of the column whose classes are trained.
  package var phones: PhoneSet
  package var classes: String
  package var training: TrainingOptions
  package var trainSplit: String
  package var devSplit: String
  package var includesCalibration: Bool
  package var channel: Int?
  /// The digest of the utterances trained and measured on: keys, paths and splits.
  package var corpusSHA256: String
  package var arithmeticFingerprint: String

  package static let kind = "kaleido-run"
  /// The version of all files of a RUN.
  package static let version: Int64 = 4

  package init(
    features: FeatureSpec, classifier: FrameClassifierOptions, phones: PhoneSet, classes: String,
    training: TrainingOptions, trainSplit: String, devSplit: String, includesCalibration: Bool, channel: Int?,
    corpusSHA256: String, arithmeticFingerprint: String
  ) {
    self.features = features
    self.classifier = classifier
    self.phones = phones
    self.classes = classes
    self.training = training
    self.trainSplit = trainSplit
    self.devSplit = devSplit
    self.includesCalibration = includesCalibration
    self.channel = channel
    self.corpusSHA256 = corpusSHA256
    self.arithmeticFingerprint = arithmeticFingerprint
  }

  /// The classes that are trained.
  package var folding: Folding {
    guard let folding = phones.folding(named: classes) else {
      preconditionFailure("a column of the phone set")
    }
    return folding
  }

  /// Whether another configuration differs in nothing but more epochs, and its schedule does not depend on
  /// how many there are.
  func isExtended(by other: TrainingConfiguration) -> Bool {
    var longer = self
    longer.training.epochs = other.training.epochs
    let steps = 1000
    return longer == other && other.training.epochs > training.epochs
      && training.learningRateSchedule(totalSteps: steps * training.epochs)
        == other.training.learningRateSchedule(totalSteps: steps * other.training.epochs)
  }

  /// The features and the classifier that it describes, at their first values.
  package func makeRecognizer() throws(RecognizerError) -> FrameRecognizer {
    try FrameRecognizer(features: features, classifier: classifier, seed: training.seed)
  }
}

// MARK: Writing

extension TrainingConfiguration {
  package var json: JSONValue {
    .object([
      JSONField("version", .integer(Self.version)), JSONField("kind", .string(Self.kind)),
      JSONField("front_end", .string(features.description)),
      JSONField("features", .object(features.fields)),
      JSONField("classifier", .object(JSONField.fields(FrameClassifierOptions.settings, of: classifier))),
      JSONField("training", .object(JSONField.fields(TrainingOptions.settings, of: training))),
      JSONField("data", .object(JSONField.fields(Self.dataSettings, of: self))),
      JSONField("phones", phones.json), JSONField("corpus_sha256", .string(corpusSHA256)),
      JSONField("arithmetic_fingerprint", .string(arithmeticFingerprint)),
    ])
  }

  /// Requires that a file is of a training with this configuration.
  ///
  /// - Parameter held: the configuration that the file carries.
  /// - Throws: `FileError` with the settings that differ.
  package func require(_ held: JSONValue, path: String) throws(FileError) {
    let fields = ConfigurationDifference.between(directory: held, run: json)
    guard fields.isEmpty else { throw .configurationDiffers(path: path, fields: fields) }
  }

  /// Refuses a file of another training, but for one with fewer epochs, which this one goes on with.
  package func requireBegun(_ held: JSONValue, path: String) throws(FileError) {
    if (try? TrainingConfiguration(held, path: path))?.isExtended(by: self) == true { return }
    try require(held, path: path)
  }
}

extension FeatureSpec {
  /// The options that have an effect.
  fileprivate var fields: [JSONField] {
    switch self {
    case .frontEnd(let spec):
      JSONField.fields(spec.kind.options.map(\.setting), of: spec.configuration)
    case .external(let spec): JSONField.fields(ExternalFeatureSpec.settings, of: spec)
    }
  }
}

extension TrainingConfiguration {
  /// Refuses a phone set other than the one that the model's classes are of.
  package func require(_ phones: PhoneSet, model: String) throws(TrainedModelError) {
    let differences = self.phones.differences(from: phones)
    guard differences.isEmpty else {
      throw .otherPhones(model: model, held: self.phones.name, wanted: phones.name, differences)
    }
  }
}
