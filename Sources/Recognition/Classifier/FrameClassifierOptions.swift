/// What a frame classifier is made of.
package struct FrameClassifierOptions: Sendable, Equatable {
  package enum Architecture: String, Sendable, CaseIterable {
    /// Dense layers, or K-matrices in their place, over spliced frames.
    case mlp
    /// The same, each over some frames of the one before, ever further apart.
    case tdnn
    /// Gated recurrent layers.
    case gru
  }

  /// What stands between a hidden layer and its activation.
  package enum HiddenNormalization: String, Sendable, CaseIterable {
    case none
    case batch
    case layer
  }

  package var architecture: Architecture
  /// In their order; of a GRU dense ones, which stand for its recurrent layers.
  package var hiddenLayers: [HiddenLayer]
  /// Frames on each side of the one that is classified; nil leaves it to the row: see ``contextFrames(holdsContext:)``.
  package var contextFrames: Int?
  package var normalization: HiddenNormalization
  /// The share of hidden units that a training step leaves out.
  package var dropout: Float
  /// Whether recurrent layers run in both directions; such a model needs whole utterances.
  package var isBidirectional: Bool
  /// Classes: 61, 48 or 39 phones.
  package var classCount: Int

  package static let allowedHiddenLayers = 0...16
  package static let allowedHiddenWidths = 1...8192
  package static let allowedContextFrames = 0...50
  package static let allowedDropout: ClosedRange<Double> = 0...0.9

  package init(
    architecture: Architecture = .mlp, hiddenLayers: [HiddenLayer]? = nil, contextFrames: Int? = nil,
    normalization: HiddenNormalization = .none, dropout: Float = 0, isBidirectional: Bool = false,
    classCount: Int = 39
  ) {
    self.architecture = architecture
    self.hiddenLayers = hiddenLayers ?? Self.defaultHiddenLayers(architecture)
    self.contextFrames = contextFrames
    self.normalization = normalization
    self.dropout = dropout
    self.isBidirectional = isBidirectional
    self.classCount = classCount
  }

  /// Hidden layers where nothing is said.
  package static func defaultHiddenLayers(_ architecture: Architecture) -> [HiddenLayer] {
    switch architecture {
    case .mlp: [256, 256]
    case .tdnn: [256, 256, 256]
    case .gru: [128]
    }
  }

  /// The context where nothing is said: ±5 frames (±2 for the first layer of a TDNN, none for a GRU), but none for rows
  /// that hold their context already.
  package func contextFrames(holdsContext: Bool) -> Int {
    if let contextFrames { return contextFrames }
    if holdsContext { return 0 }
    switch architecture {
    case .mlp: return 5
    case .tdnn: return 2
    case .gru: return 0
    }
  }

  /// The most weights that a classifier may have: 256 MiB of them.
  package static let maximumWeights = 1 << 26

  /// An upper bound on the weights of a classifier for rows of `channels` values, which must be at most 2^31.
  package func weightCount(channels: Int, contextFrames: Int) -> Int {
    var (width, weights) = (channels * (2 * contextFrames + 1), 0)
    for layer in hiddenLayers {
      let units = layer.units(inputs: width)
      switch architecture {
      case .mlp:
        weights += layer.weightCount(inputs: width)
        width = units
      case .tdnn:
        weights += layer.weightCount(inputs: width)
        width = 3 * units
      case .gru:
        let directions = isBidirectional ? 2 : 1
        weights += directions * 3 * units * (width + units)
        width = directions * units
      }
      // A K-matrix may be as wide as what it takes: no sum must overflow before it is refused.
      guard weights <= Self.maximumWeights else { return weights }
    }
    return weights + width * classCount
  }

  /// Units of each hidden layer of a classifier that ``weightCount(channels:contextFrames:)`` does not refuse.
  package func hiddenWidths(channels: Int, contextFrames: Int) -> [Int] {
    var width = channels * (2 * contextFrames + 1)
    return hiddenLayers.map { layer in
      let units = layer.units(inputs: width)
      switch architecture {
      case .mlp: width = units
      case .tdnn: width = 3 * units
      case .gru: width = (isBidirectional ? 2 : 1) * units
      }
      return units
    }
  }
}
