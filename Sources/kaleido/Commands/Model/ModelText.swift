import Corpus
import DataManifests
import Foundations
import FrontEnds
import Recognition
import TrainedModels
import Workflows

/// The results of `model inspect` as text.
enum ModelText {
  static func inspection(_ model: ModelInspection, style: Style, isVerbose: Bool) -> String {
    var lines = ["\(model.path), \(Quantity.bytes(model.byteCount)), SHA-256 \(model.sha256.prefix(16))"]
    if let training = model.training {
      lines += self.training(training, parameters: model.parameterCount)
      lines += [""] + parts(model)
    }
    if let position = model.position { lines += self.position(position) }
    if isVerbose || model.training == nil { lines += [""] + tensors(model) }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func training(_ training: ModelInspection.Training, parameters: Int) -> [String] {
    let (epoch, options) = (training.epoch, training.configuration.training)
    let dev = Quantity.fixed(100 * epoch.devErrorRate, 2)
    let latency =
      training.latencyFrames.map { "posteriors \($0, "frame") behind" } ?? "needs the whole utterance"
    var lines = [
      "front end    \(training.frontEnd)", "classifier   \(training.classifier)",
      "classes      \(classes(training.configuration)); \(latency)",
      "parameters   \(parameters)",
      "trained      seed \(options.seed), epoch \(epoch.epoch) of \(options.epochs), \(epoch.steps, "step"); "
        + "loss \(Quantity.fixed(epoch.loss, 4)), dev frame error \(dev) %",
      "decoding     \(training.isDecodingChosen ? "chosen on dev speakers" : "the usual weights"): "
        + "prior \(training.decoding.priorWeight), bigram \(training.decoding.languageWeight), "
        + "penalty \(training.decoding.insertionPenalty), at least "
        + "\(training.decoding.minimumFrames, "frame")",
    ]
    if !training.frontEndMovement.isEmpty {
      let moved = training.frontEndMovement.map {
        "\($0.part) \(Quantity.fixed(100 * $0.relativeDistance, 2)) %"
      }
      lines.append("moved        \(moved.joined(separator: ", "))")
    }
    if !training.bandCenters.isEmpty { lines.append("bands        \(bands(training.bandCenters))") }
    return lines
  }

  private static func classes(_ configuration: TrainingConfiguration) -> String {
    let folding = configuration.folding
    return "\(folding.classCount), column \(folding.name) of \(Sanitized.symbol(configuration.phones.name))"
  }

  private static func bands(_ bands: [BandCenter]) -> String {
    let shifts = bands.compactMap { band in band.nowHertz.map { abs($0 - band.startHertz) } }
    var text = "\(bands.count)"
    if !shifts.isEmpty {
      text +=
        ", their centers moved by \(Quantity.fixed(shifts.reduce(0, +) / Double(shifts.count), 1)) "
        + "Hz in the mean, "
        + "\(Quantity.fixed(shifts.max() ?? 0, 1)) at most"
    }
    return shifts.count == bands.count ? text : text + "; \(bands.count - shifts.count) without weight"
  }

  private static func position(_ position: ModelInspection.Position) -> [String] {
    var line =
      "a checkpoint after \(position.epochs, "epoch"), \(position.steps, "step"), seed \(position.seed)"
    if let epoch = position.bestEpoch, let error = position.bestDevErrorRate {
      line += "; best epoch \(epoch), dev frame error \(Quantity.fixed(100 * error, 2)) %"
    }
    return [line]
  }

  private static func parts(_ model: ModelInspection) -> [String] {
    Table.lines(
      ["part", "learned", "not learned", "moved %"],
      model.parts.map { part in
        [
          part.name, "\(part.parameters)", "\(part.statistics)",
          part.movement.map { Quantity.fixed(100 * $0, 2) } ?? "-",
        ]
      })
  }

  private static func tensors(_ model: ModelInspection) -> [String] {
    Table.lines(
      ["tensor", "type", "shape", "numbers"],
      model.tensors.map { tensor in
        [
          Sanitized.path(tensor.name), tensor.element, tensor.shape.map(String.init).joined(separator: " x "),
          "\(tensor.count)",
        ]
      })
  }
}

extension ModelInspection: CommandReport {
  func text(_ style: Style, isVerbose: Bool) -> String {
    ModelText.inspection(self, style: style, isVerbose: isVerbose)
  }

  func jsonText() -> String { json }
}
