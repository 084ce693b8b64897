import Learning

/// The parts of a front end: a source, layers after it, and the tensors of each learned part.
struct FrontEndAssembly: Sendable {
  /// A learned part, whose movement is measured.
  struct Part: Sendable {
    let name: String
    let tensors: [TensorReference]
  }

  let source: any FrontEnd
  private(set) var layers: [any SequenceLayer] = []
  private(set) var parts: [Part] = []
  /// Multiplications and additions a frame.
  private(set) var operations: Int
  /// The computation, part by part.
  var description: [String]
  /// Where the energies of learned filters come out; nil where no filters are learned.
  private(set) var filters: LearnedFilters?
  /// Whether the mean of each channel has been subtracted.
  var hasMeanNormalized = false

  init(source: any FrontEnd, operations: Int, description: [String]) {
    self.source = source
    self.operations = operations
    self.description = description
  }

  /// Floats in a row of the last layer, or of the source.
  var channels: Int { layers.last?.outputWidth ?? source.channels }

  /// The layers as one.
  var layer: any SequenceLayer { layers.count == 1 ? layers[0] : SequentialLayer(layers) }

  mutating func add(
    _ layer: any SequenceLayer, part: String? = nil, _ tensors: [TensorReference] = [], operations: Int
  ) {
    layers.append(layer)
    if let part { parts.append(Part(name: part, tensors: tensors)) }
    self.operations += operations
  }

  /// Adds a learned part of a layer that has several.
  mutating func addPart(_ name: String, _ tensors: [TensorReference]) {
    parts.append(Part(name: name, tensors: tensors))
  }

  /// Declares that the output of the layers so far is the energies of learned filters.
  ///
  /// - Parameters:
  ///   - isLogarithmic: whether it is their logarithm.
  ///   - bandCenters: the center of each filter in Hz, nil where it has none.
  mutating func markFilters(
    isLogarithmic: Bool, bandCenters: (@Sendable (ModelValues) -> [Double?])? = nil
  ) {
    filters = LearnedFilters(
      layerCount: layers.count, isLogarithmic: isLogarithmic, bandCenters: bandCenters)
  }

  /// The front end with the values of a model, without steps after it.
  ///
  /// - Parameter label: the kind of front end, which its summary begins with.
  func frontEnd(_ values: ModelValues, label: String) -> any FrontEnd {
    guard !layers.isEmpty else { return source }
    return LayeredFrontEnd(
      source: source, layers: layers, values: values,
      description: "\(label): \(description.joined(separator: ", "))")
  }
}

/// Where the energies of learned filters come out.
struct LearnedFilters: Sendable {
  /// The layers whose last one gives the energies.
  let layerCount: Int
  let isLogarithmic: Bool
  let bandCenters: (@Sendable (ModelValues) -> [Double?])?
}
