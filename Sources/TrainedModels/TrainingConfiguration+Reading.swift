import DataManifests
import Files
import FrontEnds
import Learning
import Recognition

extension TrainingConfiguration {
  /// Reads the bytes of a `config.json`; strict: whatever it holds, the result is a configuration that could
  /// have been asked for, or an error.
  ///
  /// - Throws: ``TrainedModelError``, or `FileError` for what is no JSON.
  package init(bytes: [UInt8], path: String) throws {
    do {
      let json = try JSONParser.parse(bytes, path: path)
      let reader = TrainingFieldReader(json: json, path: path, prefix: "")
      guard json["kind"] == .string(Self.kind) else { throw reader.wrong("kind", expected: Self.kind) }
      try FieldReader(json: json, path: path).expect(version: Self.version)
      let request = try FrontEndRequest(parsing: try reader.text("front_end"))
      var features = FeatureConfiguration()
      let values = try reader.object("features")
      for option in request.kind.options {
        try option.set(option.parse(try values.plainText(option.name)), in: &features)
      }
      self.init(
        frontEnd: try request.resolved(over: features),
        classifier: try Self.classifier(try reader.object("classifier")),
        folding: try Self.folding(try reader.object("classifier")),
        training: try Self.training(try reader.object("training")),
        trainSplit: try reader.text("train_split"), devSplit: try reader.text("dev_split"),
        includesCalibration: try reader.flag("with_sa"),
        channel: json["channel"] == "mono" ? nil : try reader.count("channel", in: 1...1024),
        corpusSHA256: try reader.text("corpus_sha256"),
        phoneTableSHA256: try reader.text("phone_table_sha256"),
        arithmeticFingerprint: try reader.text("arithmetic_fingerprint"))
    } catch let error as TrainedModelError {
      throw error
    } catch let error as FileError {
      throw error
    } catch {
      // The file is at fault, not an option.
      throw TrainedModelError.invalidConfiguration(path: path, cause: error)
    }
  }

  private static func folding(_ reader: TrainingFieldReader) throws -> Folding {
    guard let folding = Folding(rawValue: try reader.count("classes", in: 1...100)) else {
      throw reader.wrong("classes", expected: "61, 48 or 39")
    }
    return folding
  }

  private static func classifier(_ reader: TrainingFieldReader) throws -> FrameClassifierOptions {
    let allowed = FrameClassifierOptions.self
    var options = FrameClassifierOptions()
    options.kind = try reader.choice("architecture")
    options.hiddenLayers = try reader.hiddenLayers("hidden")
    options.contextFrames =
      reader.json["context"] == "auto" ? nil : try reader.count("context", in: allowed.allowedContextFrames)
    options.normalization = try reader.choice("normalization")
    options.dropout = Float(
      try reader.number(
        "dropout", in: allowed.allowedDropout))
    options.isBidirectional = try reader.flag("bidirectional")
    options.classCount = try folding(reader).rawValue
    try options.check()
    return options
  }

  private static func training(_ reader: TrainingFieldReader) throws -> TrainingOptions {
    let limits = TrainingLimits.self
    var options = TrainingOptions()
    options.seed = UInt64(bitPattern: try reader.integer("seed"))
    options.epochs = try reader.count("epochs", in: limits.epochs)
    options.batchSegments = try reader.count("batch_segments", in: limits.batchSegments)
    options.segmentFrames = try reader.count("segment_frames", in: limits.segmentFrames)
    options.shuffleSegments = try reader.count("shuffle_segments", in: limits.shuffleSegments)
    let optimizer: OptimizerName = try reader.choice("optimizer")
    let clipNorm = try reader.number("clip_norm", in: limits.clipNorm)
    options.optimizer = OptimizerOptions(
      method: optimizer.method(momentum: try reader.number("momentum", in: limits.momentum)),
      weightDecay: try reader.number("weight_decay", in: limits.weightDecay),
      maximumGradientNorm: clipNorm > 0 ? clipNorm : nil)
    options.learningRate = try reader.number("learning_rate", in: limits.learningRate)
    options.schedule = try reader.choice("schedule")
    options.warmUpShare = try reader.number("warm_up", in: limits.share)
    options.labelSmoothing = Float(try reader.number("label_smoothing", in: limits.labelSmoothing))
    options.patience = try reader.count("patience", in: limits.patience)
    return options
  }
}

/// The ranges of training options, on the command line and in `config.json` alike.
package enum TrainingLimits {
  package static let epochs = 1...100_000
  package static let batchSegments = 1...4096
  package static let segmentFrames = 1...4096
  package static let shuffleSegments = 1...1_000_000
  package static let patience = 0...100_000
  package static let clipNorm = 0.0...1e6
  package static let momentum = 0.0...0.999
  package static let weightDecay = 0.0...10.0
  package static let learningRate = 1e-9...10.0
  package static let share = 0.0...1.0
  package static let labelSmoothing = 0.0...0.9
}

/// Reads fields of a `config.json` in their ranges, or throws an error that names the wrong one.
struct TrainingFieldReader {
  let json: JSONValue
  let path: String
  let prefix: String

  func wrong(_ name: String, expected: String) -> TrainedModelError {
    .invalidField(path: path, field: prefix + name, expected: expected, found: json[name]?.text)
  }

  func object(_ name: String) throws(TrainedModelError) -> TrainingFieldReader {
    guard let value = json[name], value.objectValue != nil else { throw wrong(name, expected: "an object") }
    return TrainingFieldReader(json: value, path: path, prefix: "\(prefix)\(name).")
  }

  func text(_ name: String) throws(TrainedModelError) -> String {
    guard let text = json[name]?.stringValue else { throw wrong(name, expected: "a text") }
    return text
  }

  /// A text, or another plain value as the command line would write it.
  func plainText(_ name: String) throws(TrainedModelError) -> String {
    guard let value = json[name], value.objectValue == nil, value.arrayValue == nil, value != .null else {
      throw wrong(name, expected: "a value")
    }
    return value.stringValue ?? value.text
  }

  func flag(_ name: String) throws(TrainedModelError) -> Bool {
    guard let flag = json[name]?.boolValue else { throw wrong(name, expected: "true or false") }
    return flag
  }

  func integer(_ name: String) throws(TrainedModelError) -> Int64 {
    guard let value = json[name]?.integerValue else { throw wrong(name, expected: "a whole number") }
    return value
  }

  func count(_ name: String, in range: ClosedRange<Int>) throws(TrainedModelError) -> Int {
    guard let value = json[name]?.integerValue.flatMap({ Int(exactly: $0) }), range.contains(value) else {
      throw wrong(name, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// Hidden layers as the command line spells them; units alone are numbers.
  func hiddenLayers(_ name: String) throws(TrainedModelError) -> [HiddenLayer] {
    let allowed = FrameClassifierOptions.self
    guard let values = json[name]?.arrayValue, allowed.allowedHiddenLayers.contains(values.count) else {
      throw wrong(name, expected: "at most \(allowed.allowedHiddenLayers.upperBound) layers")
    }
    var layers: [HiddenLayer] = []
    for value in values {
      let layer: HiddenLayer? =
        if let text = value.stringValue { HiddenLayer(text) } else {
          value.integerValue.flatMap { HiddenLayer(String($0)) }
        }
      guard let layer else {
        throw wrong(
          name,
          expected: "whole numbers from \(allowed.allowedHiddenWidths.lowerBound) to "
            + "\(allowed.allowedHiddenWidths.upperBound), or kinds of hidden layers")
      }
      layers.append(layer)
    }
    return layers
  }

  func number(_ name: String, in range: ClosedRange<Double>) throws(TrainedModelError) -> Double {
    guard let value = json[name]?.numberValue, range.contains(value) else {
      throw wrong(name, expected: "a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ name: String
  ) throws(TrainedModelError) -> Choice {
    guard let choice = json[name]?.stringValue.flatMap(Choice.init) else {
      throw wrong(
        name, expected: "one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return choice
  }
}
