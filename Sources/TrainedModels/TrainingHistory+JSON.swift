package import Files
import FrontEnds
package import Recognition

extension EpochRecord {
  /// A line of `training.jsonl`.
  package var json: JSONValue {
    [
      "epoch": .integer(Int64(epoch)), "steps": .integer(Int64(steps)), "frames": .integer(Int64(frames)),
      "loss": .number(loss), "train_accuracy": .number(accuracy), "dev_fer": .number(devErrorRate),
      "dev_errors": .integer(Int64(devErrors)), "dev_frames": .integer(Int64(devFrames)),
      "learning_rate": .number(learningRate),
      "movement": .object(movement.map { JSONField($0.part, .number($0.relativeDistance)) }),
    ]
  }

  /// Nil for what is no epoch.
  package init?(json: JSONValue) {
    func count(_ name: String) -> Int? {
      json[name]?.integerValue.flatMap { Int(exactly: $0) }.flatMap { $0 >= 0 ? $0 : nil }
    }
    func number(_ name: String) -> Double? {
      json[name]?.numberValue.flatMap { $0.isFinite ? $0 : nil }
    }
    guard let epoch = count("epoch"), let steps = count("steps"), let frames = count("frames"),
      let loss = number("loss"), let accuracy = number("train_accuracy"),
      let devErrors = count("dev_errors"), let devFrames = count("dev_frames"),
      let rate = number("learning_rate"), let parts = json["movement"]?.objectValue
    else { return nil }
    var movement: [PartMovement] = []
    for part in parts {
      guard let distance = part.value.numberValue else { return nil }
      movement.append(PartMovement(part: part.name, relativeDistance: distance))
    }
    self.init(
      epoch: epoch, steps: steps, frames: frames, loss: loss, accuracy: accuracy, devErrors: devErrors,
      devFrames: devFrames, learningRate: rate, movement: movement)
  }
}

extension TrainingHistory {
  package var json: JSONValue { .array(epochs.map(\.json)) }

  /// Nil for what is no list of epochs from 1 on.
  package init?(json: JSONValue) {
    guard let values = json.arrayValue else { return nil }
    let epochs = values.compactMap(EpochRecord.init(json:))
    guard epochs.count == values.count, epochs.enumerated().allSatisfy({ $1.epoch == $0 + 1 }) else {
      return nil
    }
    self.init(epochs: epochs)
  }
}
