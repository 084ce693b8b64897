package import Files
internal import Foundation
import Foundations

/// The position of a training between two steps.
package struct TrainingPosition: Sendable, Hashable, Codable {
  /// The epoch that the next step belongs to, from 0.
  package var epoch: Int
  /// Completed steps of that epoch.
  package var stepInEpoch: Int
  /// Completed steps over all epochs.
  package var step: Int
  /// The seed that, with the position, determines initial values, order and dropout.
  package var seed: UInt64
  /// The epoch with the lowest dev error so far.
  package var best: Best?

  package struct Best: Sendable, Hashable, Codable {
    package var epoch: Int
    package var devError: Double

    package init(epoch: Int, devError: Double) {
      self.epoch = epoch
      self.devError = devError
    }
  }

  package init(epoch: Int = 0, stepInEpoch: Int = 0, step: Int = 0, seed: UInt64, best: Best? = nil) {
    self.epoch = epoch
    self.stepInEpoch = stepInEpoch
    self.step = step
    self.seed = seed
    self.best = best
  }

  var isUsable: Bool {
    epoch >= 0 && stepInEpoch >= 0 && step >= stepInEpoch
      && (best.map { $0.epoch >= 0 && $0.epoch <= epoch && $0.devError.isFinite } ?? true)
  }
}

/// The state of a training between two steps: model, optimizer, schedule and position.
///
/// It is read back with the same bits, so that a resumed training gives what an uninterrupted one gives.
package struct TrainingCheckpoint {
  package let values: ModelValues
  package let optimizer: Optimizer
  package var schedule: LearningRateProgress
  package var position: TrainingPosition

  package init(
    values: ModelValues, optimizer: Optimizer, schedule: LearningRateProgress, position: TrainingPosition
  ) {
    self.values = values
    self.optimizer = optimizer
    self.schedule = schedule
    self.position = position
  }

  private static let optimizerField = "kaleidoscope.optimizer"
  private static let scheduleField = "kaleidoscope.schedule"
  private static let positionField = "kaleidoscope.position"

  private struct OptimizerRecord: Codable, Equatable {
    var options: OptimizerOptions
    var steps: Int
  }

  /// Writes the checkpoint atomically: after a crash the file is whole or absent.
  ///
  /// - Parameter metadata: the caller's texts, with unique names that do not begin with `kaleidoscope.`.
  /// - Throws: ``CheckpointError/notFinite(path:tensor:)`` before anything is written,
  ///   ``CheckpointError/file(_:)``.
  package func write(
    of declaration: ModelDeclaration, metadata: [SafetensorsHeader.Text], to path: String,
    store: FileStore = FileStore()
  ) throws(CheckpointError) {
    precondition(metadata.allSatisfy { !$0.name.hasPrefix("kaleidoscope.") })
    var tensors = ModelFile.tensors(values, of: declaration)
    for (slot, storage) in zip(optimizer.options.method.slots, optimizer.slots) {
      for parameter in declaration.parameters {
        let name = ModelFile.optimizerName(slot: slot, parameter: parameter.tensor.name)
        tensors.append(ModelFile.tensor(parameter.tensor, in: storage, name: name))
      }
    }
    let own = [
      SafetensorsHeader.Text(
        Self.optimizerField,
        try Self.text(
          OptimizerRecord(options: optimizer.options, steps: optimizer.steps), field: Self.optimizerField,
          path: path)),
      SafetensorsHeader.Text(
        Self.scheduleField, try Self.text(schedule, field: Self.scheduleField, path: path)),
      SafetensorsHeader.Text(
        Self.positionField, try Self.text(position, field: Self.positionField, path: path)),
    ]
    try ModelFile.write(tensors, metadata: own + metadata, to: path, store: store)
  }

  /// Reads a checkpoint of the same model and optimizer.
  ///
  /// - Throws: ``CheckpointError/metadata(path:field:expected:found:)`` for a file that is not a checkpoint,
  ///   or one of other optimizer options; ``CheckpointError/tensorsDiffer(path:differences:)``;
  ///   ``CheckpointError/file(_:)``.
  package init(
    _ file: ModelFile, of declaration: ModelDeclaration, optimizer options: OptimizerOptions
  ) throws(CheckpointError) {
    let record = try Self.value(OptimizerRecord.self, file, Self.optimizerField) { $0.steps >= 0 }
    guard record.options == options else {
      throw .metadata(
        path: file.path, field: Self.optimizerField,
        expected: try Self.text(options, field: Self.optimizerField, path: file.path),
        found: try Self.text(record.options, field: Self.optimizerField, path: file.path))
    }
    schedule = try Self.value(LearningRateProgress.self, file, Self.scheduleField) { $0.isUsable }
    position = try Self.value(TrainingPosition.self, file, Self.positionField) { $0.isUsable }
    let read = try file.values(of: declaration, optimizerSlots: options.method.slots)
    values = read.model
    optimizer = Optimizer(options, declaration: declaration)
    for (slot, storage) in zip(optimizer.slots, read.slots) {
      slot.base.update(from: storage.base, count: storage.count)
    }
    optimizer.resume(afterSteps: record.steps)
  }

  /// Reads the position of the training; nil for a model that is not a checkpoint.
  ///
  /// - Throws: ``CheckpointError/metadata(path:field:expected:found:)``.
  package static func position(in file: ModelFile) throws(CheckpointError) -> TrainingPosition? {
    guard file.text(positionField) != nil else { return nil }
    return try value(TrainingPosition.self, file, positionField) { $0.isUsable }
  }

  /// JSON with sorted keys, so that equal values have equal bytes.
  private static func text(
    _ value: some Encodable, field: String, path: String
  ) throws(CheckpointError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let bytes = try? encoder.encode(value) else {
      throw .metadata(path: path, field: field, expected: "finite numbers", found: nil)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func value<Value: Decodable>(
    _: Value.Type, _ file: ModelFile, _ field: String, isUsable: (Value) -> Bool
  ) throws(CheckpointError) -> Value {
    let text = file.text(field)
    guard let text, let value = try? JSONDecoder().decode(Value.self, from: Data(text.utf8)), isUsable(value)
    else {
      throw .metadata(path: file.path, field: field, expected: "the value of a checkpoint", found: text)
    }
    return value
  }
}
