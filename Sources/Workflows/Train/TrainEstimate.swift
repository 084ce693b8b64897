import Archives
import Files
import FrontEnds
import Learning
import Recognition
package import Stages
import TrainedModels

/// The time and space of a training, estimated without writing anything.
package struct TrainEstimate: Sendable, Equatable {
  package var summary: String
  package var classifierSummary: String
  package var parameters: Int
  package var trainUtterances: Int
  package var trainFrames: Int
  package var devUtterances: Int
  /// The sum over all epochs.
  package var steps: Int
  /// The time of training steps alone, measured on a few of them; features and the dev speakers come on top.
  package var computeSeconds: Double
  /// The size of model and checkpoint.
  package var outputBytes: Int
  /// The memory of the shuffle buffer and a batch, at most.
  package var memoryBytes: Int
  package var freeBytes: Int?

  /// The estimate as JSON, indented, a newline at the end.
  package var json: String {
    var fields = [
      JSONField("front_end", .string(summary)), JSONField("classifier", .string(classifierSummary)),
      JSONField("parameters", .integer(Int64(parameters))),
      JSONField("train_utterances", .integer(Int64(trainUtterances))),
      JSONField("train_frames", .integer(Int64(trainFrames))),
      JSONField("dev_utterances", .integer(Int64(devUtterances))),
      JSONField("steps", .integer(Int64(steps))), JSONField("compute_seconds", .number(computeSeconds)),
      JSONField("output_bytes", .integer(Int64(outputBytes))),
      JSONField("memory_bytes", .integer(Int64(memoryBytes))),
    ]
    if let freeBytes { fields.append(JSONField("free_bytes", .integer(Int64(freeBytes)))) }
    var out: [UInt8] = []
    JSONValue.object(fields).appendIndented(to: &out)
    return String(decoding: out, as: UTF8.self) + "\n"
  }
}

extension TrainPlan {
  /// Reads the labels, times a few steps and writes nothing.
  ///
  /// - Throws: as the training would, for a directory that holds another one or cannot be written.
  package func estimate(progress: WorkProgress = WorkProgress()) async throws -> TrainEstimate {
    try WritableFolder.check(options.runDirectory)
    _ = try TrainingDirectory(path: options.runDirectory).contents(
      for: configuration, resumes: options.resumes, replacesExisting: options.replacesExisting)
    let set = try await surveyed(progress)
    let slots = options.training.optimizer.method.slots.count
    let values = ModelValues(recognizer.declaration)
    let segments = min(options.training.shuffleSegments, set.segments)
    return TrainEstimate(
      summary: recognizer.features.frozen(values).summary,
      classifierSummary: recognizer.classifier.summary, parameters: recognizer.parameterCount,
      trainUtterances: set.train.indices.count, trainFrames: set.train.labeledFrames,
      devUtterances: set.dev.indices.count, steps: set.totalSteps,
      computeSeconds: Double(set.totalSteps) * (await secondsOfAStep(set.train.statistics)),
      outputBytes: recognizer.parameterCount * 4 * (2 + slots),
      memoryBytes: 4
        * (segments * Self.segmentFloats(recognizer, options.training)
          + 3 * Self.batchFloats(recognizer, options.training)),
      freeBytes: FreeSpace.bytes(at: options.runDirectory))
  }

  /// The shortest of a few steps on a batch of zeros, after one that allocates.
  private func secondsOfAStep(_ statistics: PhoneStatistics) async -> Double {
    let run = TrainingRun(
      recognizer, options: options.training, statistics: statistics, totalSteps: 1, jobs: options.jobs)
    let trainer = Trainer(
      recognizer, options: options.training, values: run.values, optimizer: run.optimizer, jobs: options.jobs)
    var shortest = Double.infinity
    let start = ContinuousClock.now
    for step in 0..<5 where step < 2 || ContinuousClock.now - start < .seconds(1) {
      let batch = SegmentBatch(
        segments: options.training.batchSegments, frames: options.training.segmentFrames,
        context: recognizer.context, width: recognizer.features.source.channels)
      batch.labels.update(repeating: 0)
      for segment in batch.padding.indices { batch.padding[segment] = PaddingRows() }
      let before = ContinuousClock.now
      _ = await trainer.step(batch, rate: options.training.learningRate)
      if step > 0 { shortest = min(shortest, (ContinuousClock.now - before) / .seconds(1)) }
    }
    return shortest
  }
}
