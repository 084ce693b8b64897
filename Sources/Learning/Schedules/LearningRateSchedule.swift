/// The learning rate over the steps and epochs of a training.
package enum LearningRateSchedule: Sendable, Hashable, Codable {
  case constant(rate: Double)
  /// rate · (step + 1) / steps for the first `steps` steps, then `rate`.
  case warmUp(rate: Double, steps: Int)
  case oneCycle(OneCycle)
  case newbob(Newbob)

  /// Whether every number is in the range of its formula.
  package var isUsable: Bool {
    switch self {
    case .constant(let rate): rate > 0 && rate.isFinite
    case .warmUp(let rate, let steps): rate > 0 && rate.isFinite && steps >= 0
    case .oneCycle(let cycle): cycle.isUsable
    case .newbob(let newbob): newbob.isUsable
    }
  }
}

/// The state of a schedule, which a checkpoint keeps.
package struct LearningRateProgress: Sendable, Hashable, Codable {
  package let schedule: LearningRateSchedule
  /// The product of the reductions after epochs with too little improvement.
  package private(set) var factor = 1.0
  /// The lowest dev error of an epoch so far; nil before the first.
  package private(set) var lowestError: Double?
  /// Consecutive epochs with too little improvement.
  package private(set) var idleEpochs = 0

  /// A schedule before its first step.
  package init(_ schedule: LearningRateSchedule) {
    precondition(schedule.isUsable)
    self.schedule = schedule
  }

  /// The learning rate of a step, counted from 0 over all epochs.
  package func rate(step: Int) -> Double {
    switch schedule {
    case .constant(let rate): rate
    case .warmUp(let rate, let steps): step < steps ? rate * Double(step + 1) / Double(steps) : rate
    case .oneCycle(let cycle): cycle.rate(step: step)
    case .newbob(let newbob): newbob.initialRate * factor
    }
  }

  /// The momentum of a step, if the schedule cycles it; nil for the optimizer's own.
  package func momentum(step: Int) -> Double? {
    if case .oneCycle(let cycle) = schedule { cycle.momentum(step: step) } else { nil }
  }

  /// Sets the rate of the next epoch from an epoch's dev error, a fraction of frames.
  ///
  /// - Returns: Whether the schedule ends the training.
  package mutating func endEpoch(devError: Double) -> Bool {
    let improvement = lowestError.map { $0 > 0 ? ($0 - devError) / $0 : 0 } ?? .infinity
    if lowestError.map({ devError < $0 }) ?? devError.isFinite { lowestError = devError }
    guard case .newbob(let newbob) = schedule else { return false }
    // NaN counts as no improvement.
    guard !(improvement >= newbob.threshold) || !devError.isFinite else {
      idleEpochs = 0
      return false
    }
    idleEpochs += 1
    factor *= newbob.factor
    return newbob.patience.map { idleEpochs >= $0 } ?? false
  }

  /// Whether its numbers can be those of a running schedule, and not of a damaged file.
  var isUsable: Bool {
    schedule.isUsable && factor > 0 && factor <= 1 && idleEpochs >= 0 && (lowestError?.isFinite ?? true)
  }
}
