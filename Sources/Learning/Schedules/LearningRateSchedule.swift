/// How the learning rate runs over the steps and epochs of a training.
package enum LearningRateSchedule: Sendable, Hashable, Codable {
  case constant(rate: Double)
  /// rate · (step + 1)/steps for the first `steps` steps, then the rate.
  case warmUp(rate: Double, steps: Int)
  case oneCycle(OneCycle)
  case newbob(Newbob)

  /// Whether every number is one that the formulas are meant for.
  package var isUsable: Bool {
    switch self {
    case .constant(let rate): rate > 0 && rate.isFinite
    case .warmUp(let rate, let steps): rate > 0 && rate.isFinite && steps >= 0
    case .oneCycle(let cycle): cycle.isUsable
    case .newbob(let newbob): newbob.isUsable
    }
  }
}

/// A schedule on its way: what a checkpoint holds of it.
package struct LearningRateProgress: Sendable, Hashable, Codable {
  package let schedule: LearningRateSchedule
  /// The factor that epochs with too little improvement have put on the rate.
  package private(set) var factor = 1.0
  /// The lowest dev error of an epoch so far; nil before the first.
  package private(set) var lowestError: Double?
  /// Epochs in a row with too little improvement.
  package private(set) var idleEpochs = 0

  /// The beginning of a schedule.
  package init(_ schedule: LearningRateSchedule) {
    precondition(schedule.isUsable)
    self.schedule = schedule
  }

  /// The learning rate of step `step`, counted from 0 over all epochs.
  package func rate(step: Int) -> Double {
    switch schedule {
    case .constant(let rate): rate
    case .warmUp(let rate, let steps): step < steps ? rate * Double(step + 1) / Double(steps) : rate
    case .oneCycle(let cycle): cycle.rate(step: step)
    case .newbob(let newbob): newbob.initialRate * factor
    }
  }

  /// What takes the place of the optimizer's momentum in step `step`, where the schedule cycles it.
  package func momentum(step: Int) -> Double? {
    if case .oneCycle(let cycle) = schedule { cycle.momentum(step: step) } else { nil }
  }

  /// Takes note of an epoch's dev error, a share of the frames, and sets the rate of the next epoch.
  ///
  /// - Returns: Whether the schedule has come to its end.
  package mutating func endEpoch(devError: Double) -> Bool {
    let improvement = lowestError.map { $0 > 0 ? ($0 - devError) / $0 : 0 } ?? .infinity
    if lowestError.map({ devError < $0 }) ?? devError.isFinite { lowestError = devError }
    guard case .newbob(let newbob) = schedule else { return false }
    // Written so that an error that is not a number counts as no improvement.
    guard !(improvement >= newbob.threshold) || !devError.isFinite else {
      idleEpochs = 0
      return false
    }
    idleEpochs += 1
    factor *= newbob.factor
    return newbob.patience.map { idleEpochs >= $0 } ?? false
  }

  /// Whether its numbers are those of a schedule on its way; false for what a damaged file may hold.
  var isUsable: Bool {
    schedule.isUsable && factor > 0 && factor <= 1 && idleEpochs >= 0 && (lowestError?.isFinite ?? true)
  }
}
