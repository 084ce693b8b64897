import Learning
import Recognition
import Testing

@Suite("DenseHiddenLayer")
struct DenseHiddenLayerTests {
  @Test("has a weight for each pair of an input and a unit, and no bias before batch normalization")
  func tensors() throws {
    func names(_ normalization: FrameClassifierOptions.HiddenNormalization) throws -> [String: Int] {
      let options = FrameClassifierOptions(
        hiddenLayers: [5], contextFrames: 1, normalization: normalization, classCount: 6)
      let tensors = try SmallRecognizer.make(options).declaration.parameters.map(\.tensor)
      return Dictionary(
        uniqueKeysWithValues: tensors.filter { $0.name.hasPrefix("classifier.hidden") }.map {
          ($0.name, $0.count)
        })
    }
    #expect(try names(.none) == ["classifier.hidden.0.weight": 36 * 5, "classifier.hidden.0.bias": 5])
    #expect(try names(.batch) == ["classifier.hidden.0.weight": 36 * 5])
  }
}
