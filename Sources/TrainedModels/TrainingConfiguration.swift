package import DataManifests
package import Files
import Foundations
package import FrontEnds
package import Learning
package import Recognition

/// The content of a RUN's `config.json`: all that determines the bits of the model, and nothing of where the
/// corpus lies.
package struct TrainingConfiguration: Sendable, Equatable {
  package var frontEnd: FrontEndSpec
  package var classifier: FrameClassifierOptions
  package var folding: Folding
  package var training: TrainingOptions
  package var trainSplit: String
  package var devSplit: String
  package var includesCalibration: Bool
  package var channel: Int?
  /// Of the utterances trained and measured on: keys, paths and splits.
  package var corpusSHA256: String
  package var phoneTableSHA256: String
  package var arithmeticFingerprint: String

  package static let kind = "kaleido-run"
  /// Of all files of a RUN.
  package static let version: Int64 = 2

  package init(
    frontEnd: FrontEndSpec, classifier: FrameClassifierOptions, folding: Folding,
    training: TrainingOptions, trainSplit: String, devSplit: String, includesCalibration: Bool, channel: Int?,
    corpusSHA256: String, phoneTableSHA256: String, arithmeticFingerprint: String
  ) {
    self.frontEnd = frontEnd
    self.classifier = classifier
    self.folding = folding
    self.training = training
    self.trainSplit = trainSplit
    self.devSplit = devSplit
    self.includesCalibration = includesCalibration
    self.channel = channel
    self.corpusSHA256 = corpusSHA256
    self.phoneTableSHA256 = phoneTableSHA256
    self.arithmeticFingerprint = arithmeticFingerprint
  }

  /// The front end and classifier that it describes, at their first values.
  package func makeRecognizer() throws(RecognizerError) -> FrameRecognizer {
    try FrameRecognizer(frontEnd: frontEnd, classifier: classifier, seed: training.seed)
  }
}

// MARK: Writing

extension TrainingConfiguration {
  package var json: JSONValue {
    let values = frontEnd.kind.options.map {
      JSONField($0.name, Self.json($0.value(in: frontEnd.configuration)))
    }
    return .object([
      JSONField("version", .integer(Self.version)), JSONField("kind", .string(Self.kind)),
      JSONField("front_end", .string(frontEnd.description)), JSONField("features", .object(values)),
      JSONField("classifier", classifierJSON), JSONField("training", trainingJSON),
      JSONField("train_split", .string(trainSplit)), JSONField("dev_split", .string(devSplit)),
      JSONField("with_sa", .bool(includesCalibration)),
      JSONField("channel", channel.map { .integer(Int64($0)) } ?? "mono"),
      JSONField("corpus_sha256", .string(corpusSHA256)),
      JSONField("phone_table_sha256", .string(phoneTableSHA256)),
      JSONField("arithmetic_fingerprint", .string(arithmeticFingerprint)),
    ])
  }

  /// The bytes of `config.json`: indented, fields in their order, a newline at the end.
  package var bytes: [UInt8] {
    var out: [UInt8] = []
    json.appendIndented(to: &out)
    out.append(UInt8(ascii: "\n"))
    return out
  }

  private static func json(_ value: SettingValue) -> JSONValue {
    switch value {
    case .flag(let flag): .bool(flag)
    case .integer(let number): .integer(Int64(number))
    case .real(let number): .number(number)
    case .string, .context: .string(value.text)
    }
  }

  private var classifierJSON: JSONValue {
    [
      "architecture": .string(classifier.kind.name),
      "hidden": .array(
        classifier.hiddenLayers.map { layer in
          Int64(layer.text).map { .integer($0) } ?? .string(layer.text)
        }),
      "context": classifier.contextFrames.map { .integer(Int64($0)) } ?? "auto",
      "normalization": .string(classifier.normalization.rawValue),
      "dropout": Self.json(classifier.dropout),
      "bidirectional": .bool(classifier.isBidirectional),
      "classes": .integer(Int64(folding.rawValue)),
    ]
  }

  private var trainingJSON: JSONValue {
    let optimizer = training.optimizer
    return [
      "seed": .integer(Int64(bitPattern: training.seed)), "epochs": .integer(Int64(training.epochs)),
      "batch_segments": .integer(Int64(training.batchSegments)),
      "segment_frames": .integer(Int64(training.segmentFrames)),
      "shuffle_segments": .integer(Int64(training.shuffleSegments)),
      "optimizer": .string(OptimizerName(optimizer.method).rawValue),
      "momentum": .number(optimizer.method.momentum),
      "weight_decay": .number(optimizer.weightDecay),
      "clip_norm": .number(optimizer.maximumGradientNorm ?? 0),
      "learning_rate": .number(training.learningRate), "schedule": .string(training.schedule.rawValue),
      "warm_up": .number(training.warmUpShare),
      "label_smoothing": Self.json(training.labelSmoothing),
      "patience": .integer(Int64(training.patience)),
    ]
  }

  /// A Float as the shortest decimal that reads back as it.
  private static func json(_ value: Float) -> JSONValue { .number(Double("\(value)") ?? Double(value)) }
}

/// Optimizers as the command line and `config.json` name them.
package enum OptimizerName: String, Sendable, CaseIterable {
  case adam
  case adamw
  case sgd
  case rmsprop

  package init(_ method: OptimizerMethod) {
    self =
      switch method {
      case .adam: .adam
      case .adamW: .adamw
      case .sgd: .sgd
      case .rmsprop: .rmsprop
      }
  }

  /// The method with its usual numbers.
  ///
  /// - Parameter momentum: of `sgd` and `rmsprop`; the others have their own.
  package func method(momentum: Double) -> OptimizerMethod {
    switch self {
    case .adam: .adam
    case .adamw: .adamW
    case .sgd: .sgd(momentum: momentum, nesterov: false)
    case .rmsprop: .rmsprop(smoothing: 0.95, epsilon: 1e-8, momentum: momentum)
    }
  }

  /// The default momentum.
  package var defaultMomentum: Double { self == .sgd ? 0.9 : 0 }
}

extension OptimizerMethod {
  /// The momentum that is an option; 0 for methods that have their own.
  package var momentum: Double {
    switch self {
    case .adam, .adamW: 0
    case .sgd(let momentum, _), .rmsprop(_, _, let momentum): momentum
    }
  }
}

extension TrainingConfiguration {
  /// Refuses a phone set other than the one that the model's classes are of.
  ///
  /// - Throws: ``TrainedModelError``, `FileError`.
  package func requirePhoneTable(of phoneSet: PhoneSet, model: String) throws {
    let found = try sha256(phoneSet.canonicalTable)
    guard found != phoneTableSHA256 else { return }
    throw TrainedModelError.otherPhones(model: model, held: phoneTableSHA256, wanted: found)
  }
}
