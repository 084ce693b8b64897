import Files
import FrontEnds
import Recognition
import Testing

@testable import TrainedModels

@Suite struct TrainingSummaryTests {
  private func summary(epochs: Int) -> TrainingSummary {
    let history = TrainingHistory(
      epochs: (0..<epochs).map { index in
        EpochRecord(
          epoch: index + 1, steps: 7 * (index + 1), frames: 900, loss: 1 / Double(index + 3),
          accuracy: 0.1 + 0.2,
          devErrors: 31 - index, devFrames: 64, learningRate: 1e-3 / 3,
          movement: [PartMovement(part: "time", relativeDistance: 0.25)])
      })
    return TrainingSummary(
      frontEnd: "mel: log of 40 mel bins", classifier: "dense 40 → 39", parameters: 1599, trainUtterances: 12,
      trainFrames: 3401, devUtterances: 4, segments: 54, calibrationLeftOut: 2, history: history,
      decoding: PhoneDecodingOptions(
        priorWeight: 0.5, languageWeight: 1.5, insertionPenalty: -2, minimumFrames: 3),
      decodingTrials: 36, devPhoneErrors: 20, devReferencePhones: 61)
  }

  @Test(arguments: [0, 1, 3])
  func `what is written reads back as it was`(epochs: Int) throws {
    let written = summary(epochs: epochs)
    let text = JSONValue.object(written.fields).text
    let read = try #require(
      TrainingSummary(json: try JSONParser.parse(Array(text.utf8), path: "summary.json")))
    #expect(read == written)
    #expect(read.devPhoneErrorRate == 20.0 / 61)
  }

  @Test func `a summary without a field, or with another value in it, is none`() {
    let fields = summary(epochs: 2).fields
    for index in fields.indices {
      var changed = fields
      changed[index] = JSONField(changed[index].name, [1])
      #expect(TrainingSummary(json: .object(changed)) == nil, "\(fields[index].name)")
      changed.remove(at: index)
      #expect(TrainingSummary(json: .object(changed)) == nil, "\(fields[index].name)")
    }
  }
}
