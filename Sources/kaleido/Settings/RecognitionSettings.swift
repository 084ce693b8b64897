import DataManifests
import FrontEnds
import Learning
import Recognition
import TrainedModels
import Workflows

extension TrainOptions {
  /// The options that the settings say, for a corpus and a RUN directory.
  ///
  /// - Parameter cores: workers where nothing is said.
  ///
  /// Throws ``Failure``.
  init(
    _ location: CorpusLocation, runDirectory: String, cores: Int, settings: inout SettingLayers
  ) throws(Failure) {
    self.init(
      corpus: location, runDirectory: runDirectory, frontEnd: try settings.frontEnd(.frontEnd),
      jobs: try settings.jobs(cores: cores))
    classifier = try settings.classifier()
    folding = try settings.folding()
    training = try settings.training()
    trainSplit = try settings.value(SettingName.trainSplit.rawValue, default: trainSplit)
    devSplit = try settings.value(SettingName.devSplit.rawValue, default: devSplit)
    includesCalibration = try settings.flag(SettingName.withSA.rawValue)
    rejectLimit = try settings.rejectLimit()
    channel = try settings.channel()
  }
}

extension TestOptions {
  /// The options that the settings say, for a corpus.
  ///
  /// - Parameter cores: workers where nothing is said.
  ///
  /// Throws ``Failure``.
  init(_ location: CorpusLocation, cores: Int, settings: inout SettingLayers) throws(Failure) {
    self.init(location, jobs: try settings.jobs(cores: cores))
    let split = try settings.value(SettingName.split.rawValue, default: "auto")
    self.split = split == "auto" ? nil : split
    includesCalibration = try settings.flag(SettingName.withSA.rawValue)
    rejectLimit = try settings.rejectLimit()
    channel = try settings.channel()
  }
}

extension SettingLayers {
  fileprivate mutating func classifier() throws(Failure) -> FrameClassifierOptions {
    let allowed = FrameClassifierOptions.self
    var options = FrameClassifierOptions(
      kind: try choice(SettingName.classifier.rawValue, default: ClassifierKind.mlp))
    options.hiddenLayers = try hiddenLayers(default: options.hiddenLayers)
    let context = try value(SettingName.context.rawValue, default: "auto")
    if context != "auto" {
      guard let frames = Int(context), allowed.allowedContextFrames.contains(frames) else {
        throw Self.invalid(
          SettingName.context.rawValue,
          expected: "auto, or frames on each side from 0 to \(allowed.allowedContextFrames.upperBound)",
          found: context)
      }
      options.contextFrames = frames
    }
    options.normalization = try choice(SettingName.normalization.rawValue, default: options.normalization)
    options.dropout = Float(
      try number(
        SettingName.dropout.rawValue, default: 0,
        in: allowed.allowedDropout))
    options.isBidirectional = try flag(SettingName.bidirectional.rawValue)
    do {
      try options.check()
    } catch {
      throw Failure(recognizer: error)
    }
    return options
  }

  /// Layers such as `256,kaleidoscope`; `none` for no hidden layer.
  private mutating func hiddenLayers(default layers: [HiddenLayer]) throws(Failure) -> [HiddenLayer] {
    let (name, allowed) = (SettingName.hidden.rawValue, FrameClassifierOptions.self)
    let text = try value(name, default: layers.map(\.text).joined(separator: ","))
    if text == "none" { return [] }
    let parts = text.split(omittingEmptySubsequences: false) { $0 == "," || $0 == ":" }
    let found = parts.compactMap { HiddenLayer($0) }
    guard found.count == parts.count, allowed.allowedHiddenLayers.contains(found.count) else {
      throw Self.invalid(
        name,
        expected:
          "none, or up to \(allowed.allowedHiddenLayers.upperBound) layers: units from \(allowed.allowedHiddenWidths.lowerBound) to \(allowed.allowedHiddenWidths.upperBound), or \(HiddenLayerKind.allCases.map(\.name).joined(separator: ", ")) with or without -UNITS, such as 256,256",
        found: text)
    }
    return found
  }

  fileprivate mutating func folding() throws(Failure) -> Folding {
    let text = try value(SettingName.classes.rawValue, default: "39")
    guard let folding = Int(text).flatMap(Folding.init(rawValue:)) else {
      throw Self.invalid(SettingName.classes.rawValue, expected: "61, 48 or 39", found: text)
    }
    return folding
  }

  fileprivate mutating func training() throws(Failure) -> TrainingOptions {
    let limits = TrainingLimits.self
    var options = TrainingOptions()
    options.seed = UInt64(try count("seed", default: 1, in: 0...Int.max))
    options.epochs = try count(SettingName.epochs.rawValue, default: options.epochs, in: limits.epochs)
    options.batchSegments = try count(
      SettingName.batchSegments.rawValue, default: options.batchSegments, in: limits.batchSegments)
    options.segmentFrames = try count(
      SettingName.segmentFrames.rawValue, default: options.segmentFrames, in: limits.segmentFrames)
    options.shuffleSegments = try count(
      SettingName.shuffleSegments.rawValue, default: options.shuffleSegments, in: limits.shuffleSegments)
    let optimizer = try choice(SettingName.optimizer.rawValue, default: OptimizerName.adam)
    let momentum = try number(
      SettingName.momentum.rawValue, default: optimizer.defaultMomentum, in: limits.momentum)
    guard momentum == 0 || optimizer == .sgd || optimizer == .rmsprop else {
      throw Failure(
        .usage, code: "momentum", subject: "--momentum", expected: "--optimizer sgd or rmsprop",
        found: optimizer.rawValue)
    }
    let clipNorm = try number(
      SettingName.clipNorm.rawValue, default: options.optimizer.maximumGradientNorm ?? 0, in: limits.clipNorm)
    options.optimizer = OptimizerOptions(
      method: optimizer.method(momentum: momentum),
      weightDecay: try number(SettingName.weightDecay.rawValue, default: 0, in: limits.weightDecay),
      maximumGradientNorm: clipNorm > 0 ? clipNorm : nil)
    options.learningRate = try number(
      SettingName.learningRate.rawValue, default: options.learningRate, in: limits.learningRate)
    options.schedule = try choice(SettingName.schedule.rawValue, default: options.schedule)
    options.warmUpShare = try number(
      SettingName.warmUp.rawValue, default: options.warmUpShare, in: limits.share)
    options.labelSmoothing = Float(
      try number(
        SettingName.labelSmoothing.rawValue, default: Double(options.labelSmoothing),
        in: limits.labelSmoothing))
    options.patience = try count(
      SettingName.patience.rawValue, default: options.patience, in: limits.patience)
    return options
  }
}
