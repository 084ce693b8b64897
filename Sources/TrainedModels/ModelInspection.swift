import Files
import Foundations
package import FrontEnds
package import Learning
package import Recognition

/// The result of `model inspect` for a model or a checkpoint.
package struct ModelInspection: Sendable {
  package struct Tensor: Sendable, Equatable {
    package var name: String
    package var element: String
    package var shape: [Int]
    package var count: Int
  }

  /// The tensors of one part of the model: all that share the beginning of their names.
  package struct Part: Sendable, Equatable {
    /// `frontend.pooling`, `classifier.hidden.0`, `decoder`, ...
    package var name: String
    /// Numbers that are learned.
    package var parameters: Int
    /// Numbers that are not learned by gradient.
    package var statistics: Int
    /// ‖now − start‖ / ‖start‖ over what is learned; nil where nothing is, or the start is zero or not known.
    package var movement: Double?
  }

  /// The training of a model, from the metadata of its file.
  package struct Training: Sendable {
    package var configuration: TrainingConfiguration
    package var epoch: EpochRecord
    package var decoding: PhoneDecodingOptions
    package var isDecodingChosen: Bool
    /// The features in one line.
    package var frontEnd: String
    package var classifier: String
    package var channels: Int
    package var context: FrameContext
    /// The distances of the front end's parts from their initial values, each by its own measure.
    package var frontEndMovement: [PartMovement]
    /// The initial and current centers of learned bands; empty for a front end without them.
    package var bandCenters: [BandCenter]
    /// Frames that a posterior waits for; nil where it waits for the end of the utterance.
    package var latencyFrames: Int?
  }

  /// The position of a checkpoint in its training.
  package struct Position: Sendable, Equatable {
    package var epochs: Int
    package var steps: Int
    package var seed: UInt64
    package var bestEpoch: Int?
    package var bestDevErrorRate: Double?
  }

  package var path: String
  package var byteCount: Int
  package var sha256: String
  package var tensors: [Tensor]
  package var parts: [Part]
  package var parameterCount: Int
  /// Nil for a checkpoint, which is beside its model.
  package var training: Training?
  /// Nil for a model.
  package var position: Position?

  /// Looks at a RUN, its model or its checkpoint.
  ///
  /// - Throws: `TrainedModelError`, `CheckpointError`, `FileError`; nothing of a file that breaks a
  ///   rule is shown.
  package init(path: String) throws {
    let file = try TrainedModel.file(at: path)
    self.path = file.path
    let bytes = try FileStore().contents(of: file.path, limit: Self.maximumBytes) ?? []
    byteCount = bytes.count
    sha256 = try Files.sha256(bytes)
    tensors = file.tensors.map {
      Tensor(
        name: $0.name, element: $0.element.rawValue, shape: $0.shape, count: $0.count)
    }
    if let found = try TrainingCheckpoint.position(in: file) {
      position = Position(
        epochs: found.epoch, steps: found.step, seed: found.seed,
        bestEpoch: found.best.map { $0.epoch + 1 },
        bestDevErrorRate: found.best?.devError)
      training = nil
      parts = []
      parameterCount = file.modelTensors.reduce(0) { $0 + $1.count }
    } else {
      let model = try TrainedModel(file)
      let recognizer = try model.makeRecognizer()
      let now = try model.values(of: recognizer)
      let start = ModelValues(recognizer.declaration)
      parts = Self.parts(recognizer, start: start, now: now)
      parameterCount = recognizer.parameterCount
      training = Training(model.description, recognizer, start: start, now: now)
      position = nil
    }
  }

  /// The largest model that is looked at: 1 GiB.
  private static let maximumBytes = 1 << 30

  private static func parts(_ recognizer: FrameRecognizer, start: ModelValues, now: ModelValues) -> [Part] {
    var parts: [Part] = []
    var sums: [(moved: Double, start: Double)] = []
    func index(of tensor: TensorReference) -> Int {
      let name = partName(tensor.name)
      if let index = parts.firstIndex(where: { $0.name == name }) { return index }
      parts.append(Part(name: name, parameters: 0, statistics: 0, movement: nil))
      sums.append((0, 0))
      return parts.count - 1
    }
    for tensor in recognizer.declaration.parameters.map(\.tensor) {
      let part = index(of: tensor)
      parts[part].parameters += tensor.count
      let (a, b) = (start.parameter(tensor), now.parameter(tensor))
      for i in 0..<tensor.count {
        let (was, moved) = (Double(a[i]), Double(b[i]) - Double(a[i]))
        sums[part].moved += moved * moved
        sums[part].start += was * was
      }
    }
    for tensor in recognizer.declaration.statistics.map(\.tensor) {
      parts[index(of: tensor)].statistics += tensor.count
    }
    for (part, sum) in sums.enumerated() where sum.start > 0 {
      parts[part].movement = (sum.moved / sum.start).squareRoot()
    }
    return parts
  }

  /// A tensor's name without its last component, which distinguishes weights from biases.
  private static func partName(_ name: String) -> String {
    name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
  }
}

extension ModelInspection.Training {
  fileprivate init(
    _ description: ModelDescription, _ recognizer: FrameRecognizer, start: ModelValues, now: ModelValues
  ) {
    let frozen = recognizer.features.frozen(now)
    let trained = recognizer.features.frontEnd
    let posteriors = PosteriorStream(recognizer.classifier, values: now)
    configuration = description.configuration
    epoch = description.epoch
    decoding = description.decoding ?? PhoneDecodingOptions()
    isDecodingChosen = description.decoding != nil
    frontEnd = frozen.summary
    classifier = recognizer.classifier.summary
    channels = frozen.channels
    context = recognizer.context
    frontEndMovement = trained?.movement(from: start, to: now) ?? []
    bandCenters = trained?.bandCenters(from: start, to: now) ?? []
    latencyFrames =
      frozen.measuring.isEmpty ? posteriors.latencyFrames.map { $0 + frozen.latencyFrames } : nil
  }
}

// MARK: JSON

extension ModelInspection {
  /// The inspection as JSON, a newline at the end.
  package var json: String {
    var fields = [
      JSONField("path", .string(path)), JSONField("bytes", .integer(Int64(byteCount))),
      JSONField("sha256", .string(sha256)),
      JSONField("kind", .string(training == nil ? "checkpoint" : "model")),
      JSONField("parameters", .integer(Int64(parameterCount))),
    ]
    if let training { fields += training.fields }
    if let position {
      fields.append(
        JSONField(
          "position",
          [
            "epochs": .integer(Int64(position.epochs)), "steps": .integer(Int64(position.steps)),
            "seed": .integer(Int64(bitPattern: position.seed)),
            "best_epoch": position.bestEpoch.map { .integer(Int64($0)) } ?? .null,
            "best_dev_error_rate": position.bestDevErrorRate.map { .number($0) } ?? .null,
          ]))
    }
    fields.append(
      JSONField(
        "parts",
        .array(
          parts.map { part in
            [
              "name": .string(part.name), "parameters": .integer(Int64(part.parameters)),
              "statistics": .integer(Int64(part.statistics)),
              "movement": part.movement.map { .number($0) } ?? .null,
            ]
          })))
    fields.append(
      JSONField(
        "tensors",
        .array(
          tensors.map { tensor in
            [
              "name": .string(tensor.name), "type": .string(tensor.element),
              "shape": .array(tensor.shape.map { .integer(Int64($0)) }),
            ]
          })))
    var bytes: [UInt8] = []
    JSONValue.object(fields).appendIndented(to: &bytes)
    return String(decoding: bytes, as: UTF8.self) + "\n"
  }
}

extension ModelInspection.Training {
  fileprivate var fields: [JSONField] {
    [
      JSONField("front_end", .string(frontEnd)), JSONField("classifier", .string(classifier)),
      JSONField("channels", .integer(Int64(channels))),
      JSONField(
        "context_frames",
        ["left": .integer(Int64(context.left)), "right": .integer(Int64(context.right))]),
      JSONField("latency_frames", latencyFrames.map { .integer(Int64($0)) } ?? .null),
      JSONField("config", configuration.json), JSONField("epoch", epoch.json),
      JSONField("decoding", decoding.json), JSONField("is_decoding_chosen", .bool(isDecodingChosen)),
      JSONField(
        "front_end_movement",
        .object(frontEndMovement.map { JSONField($0.part, .number($0.relativeDistance)) })),
      JSONField(
        "band_centers_hertz",
        .array(bandCenters.map { [.number($0.startHertz), $0.nowHertz.map { .number($0) } ?? .null] })),
    ]
  }
}
