import Learning

/// The layers of a classifier before any of their tensors exist.
///
/// Sizes are known and checked while layers are added, so that no memory is asked for by numbers from a file.
package struct ClassifierPlan: Sendable {
  package let options: FrameClassifierOptions
  /// Frames on each side that the first layer sees.
  package let contextFrames: Int
  /// Values in a row after the last layer so far.
  package private(set) var width: Int
  /// Weights so far; biases and normalizations are not counted.
  package private(set) var weightCount = 0
  /// The units of each hidden layer.
  package private(set) var hiddenWidths: [Int] = []
  private let maximumWeights: Int
  private var layers: [PlannedLayer] = []

  /// - Parameters:
  ///   - channels: values in a row of features, at most 2³¹.
  ///   - contextFrames: frames on each side that the first layer sees.
  ///   - maximumWeights: the limit on ``weightCount``.
  /// - Throws: ``RecognizerError``.
  package init(
    _ options: FrameClassifierOptions, channels: Int, contextFrames: Int,
    maximumWeights: Int = FrameClassifierOptions.maximumWeights
  ) throws(RecognizerError) {
    try options.check()
    self.options = options
    self.contextFrames = contextFrames
    self.maximumWeights = maximumWeights
    width = channels
    append(
      PlannedLayer(width: channels) { BatchNormalization("input", width: channels, isAffine: false, in: &$0) }
    )
    try options.kind.planLayers(&self)
    let (inputs, classes) = (width, options.classCount)
    try add(
      PlannedLayer(width: classes, weightCount: inputs * classes) {
        Dense("classifier.output", inputs: inputs, outputs: classes, in: &$0)
      })
  }

  /// Makes the layers in their order, declaring their tensors.
  func makeLayers(
    _ declaration: inout ModelDeclaration
  ) throws(RecognizerError) -> (layers: [any SequenceLayer], operationsPerFrame: Int) {
    var (made, operations): ([any SequenceLayer], Int) = ([], 0)
    for layer in layers {
      let first = declaration.parameters.count
      made.append(try layer.make(&declaration))
      let learned = declaration.parameters[first...].reduce(0) { $0 + $1.tensor.count }
      operations += layer.operationsPerFrame ?? 2 * learned
    }
    return (made, operations)
  }
}

/// One layer of a ``ClassifierPlan``.
struct PlannedLayer: Sendable {
  /// Values in a row that the layer writes.
  var width: Int
  /// Weights, biases not counted.
  var weightCount = 0
  /// The units of a hidden layer; nil for any other.
  var hiddenUnits: Int?
  /// Nil where each learned number is multiplied and added once.
  var operationsPerFrame: Int?
  var make: @Sendable (inout ModelDeclaration) throws(RecognizerError) -> any SequenceLayer
}

// MARK: What classifiers are built from

extension ClassifierPlan {
  /// Adds a layer.
  ///
  /// - Throws: ``RecognizerError/tooLarge(weights:allowed:)``, at once: a K-matrix may be as wide as its
  ///   input, and the sizes of the layers after it would overflow.
  mutating func add(_ layer: PlannedLayer) throws(RecognizerError) {
    weightCount += layer.weightCount
    guard weightCount <= maximumWeights else {
      throw .tooLarge(weights: weightCount, allowed: maximumWeights)
    }
    append(layer)
  }

  /// Adds a splice, where there is more than one offset.
  mutating func addSplice(_ offsets: some Collection<Int>) {
    guard offsets.count > 1 else { return }
    let (inputs, offsets) = (width, Array(offsets))
    append(PlannedLayer(width: inputs * offsets.count) { _ in Splice(width: inputs, offsets: offsets) })
  }

  /// Adds a hidden layer, its normalization, ReLU and dropout.
  mutating func addHidden(_ layer: HiddenLayer, index: Int) throws(RecognizerError) {
    // Batch normalization takes the mean off, and a bias with it.
    let (inputs, hasBias) = (width, options.normalization != .batch)
    let (kind, units) = (layer.kind, layer.units(inputs: inputs))
    try add(
      PlannedLayer(width: units, weightCount: kind.weightCount(inputs, units), hiddenUnits: units) {
        declaration throws(RecognizerError) in
        try kind.makeLayer("classifier.hidden.\(index)", inputs, units, hasBias, &declaration)
      })
    addNormalization(index: index)
    append(PlannedLayer(width: units) { _ in RectifiedLinear(width: units) })
    addDropout()
  }

  /// Adds the normalization of hidden layer `index`, where the options ask for one.
  mutating func addNormalization(index: Int) {
    let (name, width) = ("classifier.normalization.\(index)", width)
    switch options.normalization {
    case .none: break
    case .batch: append(PlannedLayer(width: width) { BatchNormalization(name, width: width, in: &$0) })
    case .layer: append(PlannedLayer(width: width) { LayerNormalization(name, width: width, in: &$0) })
    }
  }

  /// Adds dropout, where the options ask for it.
  mutating func addDropout() {
    guard options.dropout > 0 else { return }
    let (width, rate) = (width, Double(options.dropout))
    append(PlannedLayer(width: width) { Dropout(width: width, rate: rate, in: &$0) })
  }

  private mutating func append(_ layer: PlannedLayer) {
    layers.append(layer)
    width = layer.width
    if let units = layer.hiddenUnits { hiddenWidths.append(units) }
  }
}
