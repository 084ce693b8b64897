import Recognition
import Testing

@Suite("TrainingHistory")
struct TrainingHistoryTests {
  @Test("the best epoch is the first with the fewest dev errors, and patience counts from it")
  func history() {
    func epoch(_ number: Int, _ errors: Int) -> EpochRecord {
      EpochRecord(
        epoch: number, steps: number, frames: 1, loss: 1, accuracy: 0, devErrors: errors, devFrames: 10,
        learningRate: 1, movement: [])
    }
    var options = TrainingOptions()
    options.epochs = 9
    options.patience = 2
    var history = TrainingHistory()
    #expect(history.best == nil && !history.isFinished(options))
    for (index, errors) in [5, 3, 4].enumerated() { history.epochs.append(epoch(index + 1, errors)) }
    #expect(history.best?.epoch == 2 && history.idleEpochs == 1 && !history.isFinished(options))
    history.epochs.append(epoch(4, 3))
    #expect(history.best?.epoch == 2 && history.idleEpochs == 2 && history.isFinished(options))
    options.patience = 0
    #expect(!history.isFinished(options))
    options.epochs = 4
    #expect(history.isFinished(options))
  }
}
