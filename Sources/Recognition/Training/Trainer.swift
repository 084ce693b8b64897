package import Learning

/// Does the steps of a training: forward, backward, update.
///
/// A step's segments are split, in order, into ``partCount`` gradient parts, whatever the number of cores; each part has
/// its own batch statistics, and the gradients are added in the order of the parts. So the bits depend on the batch and the
/// values alone.
///
/// Steps come one after the other.
package final class Trainer: @unchecked Sendable {
  // Invariant behind @unchecked Sendable: one task at a time calls it; within a step each part is touched by the one
  // task that it was given to.

  /// Gradient parts of a step.
  package static let partCount = 4

  package let recognizer: FrameRecognizer
  package let options: TrainingOptions
  package let values: ModelValues
  package let optimiser: Optimiser
  /// Tasks that a step is spread over.
  private let workers: Int
  private let parts: [GradientPart]
  private let criterion: SoftmaxCrossEntropy

  /// - Parameters:
  ///   - values: what is trained; nobody else reads them during a step.
  ///   - jobs: tasks at a time; the bits do not depend on it.
  package init(
    _ recognizer: FrameRecognizer, options: TrainingOptions, values: ModelValues, optimiser: Optimiser,
    jobs: Int
  ) {
    self.recognizer = recognizer
    self.options = options
    self.values = values
    self.optimiser = optimiser
    workers = max(1, min(jobs, Self.partCount))
    criterion = SoftmaxCrossEntropy(labelSmoothing: options.labelSmoothing)
    parts = (0..<Self.partCount).map {
      GradientPart(
        recognizer.network, index: $0, parameterCount: recognizer.declaration.parameterCount)
    }
  }

  /// Does one step.
  ///
  /// - Returns: The loss over the batch, before the step; nil where the loss or the gradient is not finite, and then
  ///   neither parameters nor statistics have moved.
  package func step(_ batch: sending SegmentBatch, rate: Double, momentum: Double? = nil) async -> FrameLoss?
  {
    let labelled = batch.labelledFrames
    let job = StepJob(
      trainer: self, batch: batch, scale: labelled > 0 ? 1 / Float(labelled) : 0, step: optimiser.steps)
    if workers == 1 {
      for part in 0..<Self.partCount { job.run(part: part) }
    } else {
      await withTaskGroup(of: Void.self) { group in
        for worker in 0..<workers {
          group.addTask {
            for part in stride(from: worker, to: Self.partCount, by: self.workers) { job.run(part: part) }
          }
        }
      }
    }
    let loss = parts.reduce(FrameLoss()) { $0 + $1.loss }
    GradientReduction.addInOrder(parts.map(\.gradient))
    let gradient = parts[0].gradient
    guard loss.sum.isFinite, GradientReduction.norm(gradient).isFinite else { return nil }
    for part in parts { part.updateStatistics(values) }
    optimiser.step(values, gradient: gradient, rate: rate, momentum: momentum)
    recognizer.network.project(values)
    return loss
  }

  /// One step's work, as the tasks share it.
  private struct StepJob: @unchecked Sendable {
    // Invariant behind @unchecked Sendable: the batch is only read, and each part is run once, by one task.
    let trainer: Trainer
    let batch: SegmentBatch
    let scale: Float
    let step: Int

    func run(part: Int) {
      let size = (batch.shape.segments + Trainer.partCount - 1) / Trainer.partCount
      let first = min(part * size, batch.shape.segments)
      let segments = first..<min(first + size, batch.shape.segments)
      trainer.parts[part].run(
        batch, segments: segments, values: trainer.values, criterion: trainer.criterion,
        gradientScale: scale, seed: trainer.options.seed, step: step)
    }
  }
}
