import Synchronization

/// Counters that a running training moves and a display reads, without locks.
///
/// Any thread may read and write; each counter is consistent by itself.
package final class TrainingProgress: Sendable {
  private let epochCount = Atomic<Int>(0)
  private let currentEpoch = Atomic<Int>(0)
  private let stepCount = Atomic<Int>(0)
  private let doneSteps = Atomic<Int>(0)
  /// Steps and frames that this run did, which rates are made of.
  private let ownSteps = Atomic<Int>(0)
  private let ownFrames = Atomic<Int>(0)
  private let meanLoss = Atomic<UInt64>(Double.nan.bitPattern)
  private let devErrorRate = Atomic<UInt64>(Double.nan.bitPattern)

  /// The state at one moment.
  package struct Snapshot: Sendable, Equatable {
    package var epochs = 0
    /// From 1.
    package var epoch = 0
    package var steps = 0
    package var stepsDone = 0
    /// Steps and frames of this run, without what was done before it was resumed.
    package var ownSteps = 0
    package var ownFrames = 0
    /// A moving mean of the loss of a frame; nil before the first step.
    package var loss: Double?
    /// The frame error rate of dev speakers after the last epoch; nil before its end.
    package var devErrorRate: Double?
  }

  /// Begins, or goes on after some steps.
  package func begin(epochs: Int, steps: Int, stepsDone: Int) {
    epochCount.store(epochs, ordering: .relaxed)
    stepCount.store(steps, ordering: .relaxed)
    doneSteps.store(stepsDone, ordering: .relaxed)
  }

  package func enter(epoch: Int) { currentEpoch.store(epoch, ordering: .relaxed) }

  /// A step was done; steps come one after the other.
  package func finishStep(frames: Int, loss: Double) {
    doneSteps.add(1, ordering: .relaxed)
    ownSteps.add(1, ordering: .relaxed)
    ownFrames.add(frames, ordering: .relaxed)
    let before = Double(bitPattern: meanLoss.load(ordering: .relaxed))
    let mean = before.isNaN ? loss : before + (loss - before) / 50
    meanLoss.store(mean.bitPattern, ordering: .relaxed)
  }

  package func finishEpoch(devErrorRate rate: Double) {
    devErrorRate.store(rate.bitPattern, ordering: .relaxed)
  }

  package var snapshot: Snapshot {
    func number(_ value: borrowing Atomic<UInt64>) -> Double? {
      let number = Double(bitPattern: value.load(ordering: .relaxed))
      return number.isNaN ? nil : number
    }
    return Snapshot(
      epochs: epochCount.load(ordering: .relaxed), epoch: currentEpoch.load(ordering: .relaxed),
      steps: stepCount.load(ordering: .relaxed), stepsDone: doneSteps.load(ordering: .relaxed),
      ownSteps: ownSteps.load(ordering: .relaxed), ownFrames: ownFrames.load(ordering: .relaxed),
      loss: number(meanLoss), devErrorRate: number(devErrorRate))
  }
}
