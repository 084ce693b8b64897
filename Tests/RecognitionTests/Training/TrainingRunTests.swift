import Foundations
import Learning
import Recognition
import Testing

@Suite("TrainingRun")
struct TrainingRunTests {
  private static let plain = FrameClassifierOptions(hiddenLayers: [24], contextFrames: 1, classCount: 6)
  private static let normalized = FrameClassifierOptions(
    hiddenLayers: [24], contextFrames: 0, normalization: .batch, dropout: 0.1, classCount: 6)

  @Test("an epoch's record counts its steps and frames")
  func record() async throws {
    let run = try await SmallRecognizer.train(try SmallRecognizer.make(Self.plain), epochs: 12, jobs: 2)
    let last = try #require(run.history.epochs.last)
    #expect(last.steps == 48 && last.frames == 4 * 8 * 8)
  }

  @Test(
    "the bits do not depend on the number of jobs, even if the parts of a batch are uneven",
    arguments: [8, 6, 3, 1])
  func jobs(segments: Int) async throws {
    let recognizer = try SmallRecognizer.make(Self.normalized)
    let one = try await SmallRecognizer.train(recognizer, epochs: 2, segments: segments, jobs: 1)
    for jobs in [2, 4, 9] {
      let other = try await SmallRecognizer.train(recognizer, epochs: 2, segments: segments, jobs: jobs)
      #expect(other.values.parameters.values.elementsEqual(one.values.parameters.values))
      #expect(other.values.statistics.values.elementsEqual(one.values.statistics.values))
      #expect(other.history == one.history)
    }
  }

  @Test("a loss that is not finite stops the training and changes nothing")
  func nonFinite() async throws {
    let recognizer = try SmallRecognizer.make(Self.plain)
    let run = TrainingRun(
      recognizer, options: TrainingOptions(), statistics: PhoneStatistics(classCount: 6), totalSteps: 4,
      jobs: 2)
    let before = ModelValues(copying: run.values)
    let source = LargestValueBatches(recognizer: recognizer, batches: 1, segments: 4, blemish: .infinity)
    await #expect(throws: TrainingError.nonFiniteLoss(epoch: 1, step: 1)) {
      try await run.runEpoch(source, observe: { _ in }) { _ in FrameErrorCount(errors: 0, frames: 1) }
    }
    #expect(run.values.parameters.values.elementsEqual(before.parameters.values))
    #expect(run.values.statistics.values.elementsEqual(before.statistics.values))
    #expect(run.history.epochs.isEmpty)
  }

  /// Four steps of plain descent at a constant rate.
  private func descent(
    learningRate: Double, maximumGradientNorm: Double?
  ) throws -> (run: TrainingRun, source: LargestValueBatches) {
    let recognizer = try SmallRecognizer.make(Self.plain)
    var options = TrainingOptions()
    options.optimizer = OptimizerOptions(
      method: .sgd(momentum: 0, nesterov: false), weightDecay: 0, maximumGradientNorm: maximumGradientNorm)
    options.schedule = .constant
    options.learningRate = learningRate
    let run = TrainingRun(
      recognizer, options: options, statistics: PhoneStatistics(classCount: 6), totalSteps: 4, jobs: 1)
    return (run, LargestValueBatches(recognizer: recognizer, batches: 4, segments: 4))
  }

  @Test("a loss far above that of a guess stops the training, and its step is named")
  func divergence() async throws {
    let (run, source) = try descent(learningRate: 1e6, maximumGradientNorm: nil)
    do {
      try await run.runEpoch(source, observe: { _ in }) { _ in FrameErrorCount(errors: 0, frames: 1) }
      Issue.record("the epoch ended")
    } catch TrainingError.diverged(let epoch, let step, let loss, let limit) {
      // The first step's loss is that before the first update.
      #expect(epoch == 1 && step == 2 && loss.isFinite && loss > limit)
    }
    #expect(run.history.epochs.isEmpty)
  }

  @Test("an epoch that is worse than a guess throughout stops the training at its end")
  func steadyDivergence() async throws {
    let (run, source) = try descent(learningRate: 100, maximumGradientNorm: 1)
    let measured = Guarded(false)
    do {
      try await run.runEpoch(source, observe: { _ in }) { _ in
        measured.withLock { $0 = true }
        return FrameErrorCount(errors: 0, frames: 1)
      }
      Issue.record("the epoch ended")
    } catch TrainingError.diverged(let epoch, let step, let loss, let limit) {
      #expect(epoch == 1 && step == 4 && loss > limit)
    }
    #expect(!measured.withLock { $0 })
  }
}
