import Foundations
import Learning
import Recognition
import Testing

@Suite("Registry")
struct RegistryTests {
  @Test("kinds are found by their names, which are unique and not numbers")
  func names() {
    let names = ClassifierKind.allCases.map(\.name) + HiddenLayerKind.allCases.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(names.allSatisfy { Int($0) == nil && $0 == $0.lowercased() })
    for kind in ClassifierKind.allCases { #expect(ClassifierKind(rawValue: kind.name) == kind) }
    for kind in HiddenLayerKind.allCases { #expect(HiddenLayerKind(rawValue: kind.name) == kind) }
    #expect(ClassifierKind(rawValue: "none") == nil && HiddenLayerKind(rawValue: "none") == nil)
  }

  @Test("every kind of hidden layer is read as it is written", arguments: HiddenLayerKind.allCases)
  func text(kind: HiddenLayerKind) {
    for units in [1, 300, 8192] {
      let layer = HiddenLayer(kind, units: units)
      #expect(HiddenLayer(layer.text) == layer && HiddenLayer("\(kind.name)-\(units)") == layer)
    }
    #expect(HiddenLayer(kind.name) == (kind.defaultUnits == nil ? nil : HiddenLayer(kind)))
  }

  @Test(
    "the plan of every classifier has the weights, widths and operations of its layers",
    arguments: ClassifierKind.allCases, [FrameClassifierOptions.HiddenNormalization.none, .batch, .layer])
  func plans(kind: ClassifierKind, normalization: FrameClassifierOptions.HiddenNormalization) throws {
    for layer in kind.hiddenLayerKinds {
      for isBidirectional in kind.canBeBidirectional ? [false, true] : [false] {
        let options = FrameClassifierOptions(
          kind: kind, hiddenLayers: [10, HiddenLayer(layer, units: 24), 7], contextFrames: 1,
          normalization: normalization, dropout: 0.1, isBidirectional: isBidirectional, classCount: 6)
        let plan = try ClassifierPlan(options, channels: 12, contextFrames: 1)
        var declaration = ModelDeclaration(seed: 1)
        let classifier = try FrameClassifier(plan, in: &declaration)
        let matrices = declaration.parameters.map(\.tensor).filter { $0.shape.count > 1 }
        #expect(plan.weightCount == matrices.reduce(0) { $0 + $1.count })
        #expect(plan.width == 6 && classifier.outputWidth == 6 && classifier.inputWidth == 12)
        #expect(plan.hiddenWidths == [10, 24, 7])
        #expect(classifier.operationsPerFrame >= 2 * plan.weightCount)
      }
    }
  }

  @Test("every kind has defaults that it allows", arguments: ClassifierKind.allCases)
  func defaults(kind: ClassifierKind) throws {
    let options = FrameClassifierOptions(kind: kind)
    try options.check()
    #expect(options.hiddenLayers == kind.defaultHiddenLayers)
    #expect(options.contextFrames(holdsContext: false) == kind.defaultContextFrames)
    #expect(options.contextFrames(holdsContext: true) == 0)
    #expect(FrameClassifierOptions.allowedHiddenLayers.contains(kind.defaultHiddenLayers.count))
    let context = try #require(FrameClassifierOptions.settings.named("context"))
    #expect((try? context.check(.integer(kind.defaultContextFrames))) != nil)
  }

  @Test("what a kind does not allow is refused", arguments: ClassifierKind.allCases)
  func limits(kind: ClassifierKind) {
    for layer in HiddenLayerKind.allCases where !kind.hiddenLayerKinds.contains(layer) {
      let hidden = HiddenLayer(layer, units: 8)
      #expect(throws: RecognizerError.unsupportedHiddenLayer(hidden, classifier: kind)) {
        try SmallRecognizer.make(FrameClassifierOptions(kind: kind, hiddenLayers: [hidden]))
      }
    }
    guard !kind.canBeBidirectional else { return }
    #expect(throws: RecognizerError.notBidirectional(classifier: kind)) {
      try SmallRecognizer.make(FrameClassifierOptions(kind: kind, isBidirectional: true))
    }
  }
}
