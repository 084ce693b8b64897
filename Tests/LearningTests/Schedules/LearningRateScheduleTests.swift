import Foundation
import Learning
import Testing

@Suite("LearningRateSchedule")
struct LearningRateScheduleTests {
  @Test("one-cycle has the rates and momentum of PyTorch, and stays at its last rate")
  func oneCycle() throws {
    let progress = LearningRateProgress(
      .oneCycle(OneCycle(peakRate: 0.002, totalSteps: 40, momentum: OneCycle.Momentum())))
    let rates = try #require(TorchGolden.values["one-cycle rates"])
    let betas = try #require(TorchGolden.values["one-cycle betas"])
    for step in 0..<40 {
      #expect(abs(progress.rate(step: step) - rates[step]) < 1e-15)
      #expect(abs(try #require(progress.momentum(step: step)) - betas[step]) < 1e-12)
    }
    #expect(progress.rate(step: 1000) == progress.rate(step: 39))
    #expect(LearningRateProgress(.oneCycle(OneCycle(peakRate: 1, totalSteps: 9))).momentum(step: 3) == nil)
  }

  @Test(
    "one-cycle has finite, positive rates for any length", arguments: [1, 2, 3, 6, 7, 100], [0, 0.15, 1])
  func oneCycleEdges(steps: Int, warmUp: Double) {
    let progress = LearningRateProgress(
      .oneCycle(OneCycle(peakRate: 1, totalSteps: steps, warmUpShare: warmUp)))
    for step in 0...steps {
      let rate = progress.rate(step: step)
      #expect(rate > 0 && rate <= 1, "step \(step): \(rate)")
    }
  }

  @Test("warm-up rises in equal steps and then is constant")
  func warmUp() {
    let progress = LearningRateProgress(.warmUp(rate: 0.4, steps: 4))
    #expect((0..<6).map { progress.rate(step: $0) } == [0.1, 0.2, 0.4 * 3 / 4, 0.4, 0.4, 0.4])
    #expect(LearningRateProgress(.constant(rate: 0.3)).rate(step: 12345) == 0.3)
  }

  @Test(
    "newbob halves the rate when the lowest error hardly falls, and ends after `patience` epochs in a row")
  func newbob() {
    var progress = LearningRateProgress(
      .newbob(Newbob(initialRate: 0.8, factor: 0.5, threshold: 0.01, patience: 3)))
    // The error of an epoch, the rate after it, whether training ends.
    let course: [(Double, Double, Bool)] = [
      (0.500, 0.8, false), (0.400, 0.8, false), (0.399, 0.4, false), (0.450, 0.2, false),
      // Better than the previous epoch, but hardly better than the best.
      (0.398, 0.1, true),
    ]
    for (error, rate, isLast) in course {
      #expect(progress.endEpoch(devError: error) == isLast)
      #expect(progress.rate(step: 0) == rate)
    }
    #expect(progress.lowestError == 0.398 && progress.idleEpochs == 3)
    var another = LearningRateProgress(.newbob(Newbob(initialRate: 1, threshold: 0.01, patience: 2)))
    #expect(!another.endEpoch(devError: 0.5) && !another.endEpoch(devError: 0.5))
    #expect(!another.endEpoch(devError: 0.4) && another.idleEpochs == 0)
    #expect(!another.endEpoch(devError: .nan) && another.endEpoch(devError: .nan))
    #expect(another.lowestError == 0.4)
  }

  @Test("an error of 0 cannot improve")
  func perfect() {
    var progress = LearningRateProgress(.newbob(Newbob(initialRate: 1, patience: 1)))
    #expect(!progress.endEpoch(devError: 0) && progress.endEpoch(devError: 0))
  }

  @Test(
    "a decoded schedule continues with the same rates",
    arguments: [
      .constant(rate: 0.1), .warmUp(rate: 1.0 / 3, steps: 7),
      .oneCycle(OneCycle(peakRate: 0.002, totalSteps: 40, momentum: OneCycle.Momentum())),
      .newbob(Newbob(initialRate: 0.1, patience: nil)),
    ] as [LearningRateSchedule])
  func codable(schedule: LearningRateSchedule) throws {
    var progress = LearningRateProgress(schedule)
    for error in [0.5, 1.0 / 3, 1.0 / 3] { _ = progress.endEpoch(devError: error) }
    let copy = try JSONDecoder().decode(LearningRateProgress.self, from: JSONEncoder().encode(progress))
    #expect(copy == progress)
    for step in 0..<50 { #expect(copy.rate(step: step) == progress.rate(step: step)) }
  }
}
