import FrontEnds
package import Learning

/// Features to the logits of phone classes: input normaliser, splice, hidden layers, output layer.
///
/// The normaliser is the same for every row: batch statistics in training, running ones after, nothing learnt.
package struct FrameClassifier: SequenceLayer {
  package let options: FrameClassifierOptions
  private let layers: SequentialLayer

  package var inputWidth: Int { layers.inputWidth }
  package var outputWidth: Int { layers.outputWidth }
  package var context: FrameContext { layers.context }
  package var summary: String { layers.summary }

  /// Declares the tensors, under `input.` and `classifier.`.
  ///
  /// - Parameters:
  ///   - channels: values in a row of features.
  ///   - contextFrames: frames on each side that the first layer sees.
  /// - Throws: ``RecognizerError`` for a K-matrix that there is none of.
  package init(
    channels: Int, contextFrames: Int, options: FrameClassifierOptions,
    in declaration: inout ModelDeclaration
  ) throws(RecognizerError) {
    self.options = options
    var builder = Builder(options: options, width: channels)
    builder.add(BatchNormalization("input", width: channels, isAffine: false, in: &declaration))
    switch options.architecture {
    case .mlp: try builder.addPerceptron(context: contextFrames, &declaration)
    case .tdnn: try builder.addTimeDelays(context: contextFrames, &declaration)
    case .gru: builder.addRecurrence(context: contextFrames, &declaration)
    }
    builder.add(
      Dense("classifier.output", inputs: builder.width, outputs: options.classCount, in: &declaration))
    layers = SequentialLayer(builder.layers)
  }

  package var weightMaps: [WeightMap] { layers.weightMaps }

  package func makePass(_ inputShape: SequenceShape) -> any LayerPass { layers.makePass(inputShape) }
  package func makeStream(_ values: ModelValues) -> any RowStream { layers.makeStream(values) }
  package func project(_ values: ModelValues) { layers.project(values) }

  /// Layers as they are put one after the other.
  private struct Builder {
    let options: FrameClassifierOptions
    /// Values in a row so far.
    var width: Int
    var layers: [any SequenceLayer] = []

    mutating func add(_ layer: any SequenceLayer) {
      layers.append(layer)
      width = layer.outputWidth
    }

    mutating func addPerceptron(
      context: Int, _ declaration: inout ModelDeclaration
    ) throws(RecognizerError) {
      addSplice([Int](-context...context))
      for (index, layer) in options.hiddenLayers.enumerated() { try addHidden(index, layer, &declaration) }
    }

    /// Offsets −c … c, then −2 0 2, then −3 0 3 for each further layer.
    ///
    /// Source: Peddinti, Povey and Khudanpur, "A time delay neural network architecture for efficient modeling of long
    /// temporal contexts" (2015).
    mutating func addTimeDelays(
      context: Int, _ declaration: inout ModelDeclaration
    ) throws(RecognizerError) {
      for (index, layer) in options.hiddenLayers.enumerated() {
        let reach = min(index + 1, 3)
        addSplice(index == 0 ? [Int](-context...context) : [-reach, 0, reach])
        try addHidden(index, layer, &declaration)
      }
    }

    mutating func addRecurrence(context: Int, _ declaration: inout ModelDeclaration) {
      addSplice([Int](-context...context))
      for (index, layer) in options.hiddenLayers.enumerated() {
        addRecurrent(index, layer.units(inputs: width), &declaration)
      }
    }

    private mutating func addNormalization(_ index: Int, _ declaration: inout ModelDeclaration) {
      let name = "classifier.normalization.\(index)"
      switch options.normalization {
      case .none: break
      case .batch: add(BatchNormalization(name, width: width, in: &declaration))
      case .layer: add(LayerNormalization(name, width: width, in: &declaration))
      }
    }

    private mutating func addDropout(_ declaration: inout ModelDeclaration) {
      if options.dropout > 0 {
        add(Dropout(width: width, rate: Double(options.dropout), in: &declaration))
      }
    }

    private mutating func addSplice(_ offsets: [Int]) {
      if offsets.count > 1 { add(Splice(width: width, offsets: offsets)) }
    }

    /// Dense layer or K-matrix, normalisation, ReLU, dropout.
    private mutating func addHidden(
      _ index: Int, _ layer: HiddenLayer, _ declaration: inout ModelDeclaration
    ) throws(RecognizerError) {
      let (name, hasBias) = ("classifier.hidden.\(index)", options.normalization != .batch)
      let units = layer.units(inputs: width)
      switch layer {
      case .dense:
        add(Dense(name, inputs: width, outputs: units, hasBias: hasBias, in: &declaration))
      case .kaleidoscope:
        do throws(FrontEndError) {
          add(
            try KaleidoscopeLayer(name, inputs: width, outputs: units, hasBias: hasBias, in: &declaration))
        } catch {
          throw .frontEnd(error)
        }
      }
      addNormalization(index, &declaration)
      add(RectifiedLinear(width: width))
      addDropout(&declaration)
    }

    /// Recurrent layer, normalisation, dropout; the layer has its own non-linearity.
    private mutating func addRecurrent(_ index: Int, _ units: Int, _ declaration: inout ModelDeclaration) {
      add(
        GatedRecurrentUnit(
          "classifier.recurrent.\(index)", inputs: width, hidden: units,
          isBidirectional: options.isBidirectional, in: &declaration))
      addNormalization(index, &declaration)
      addDropout(&declaration)
    }
  }
}
