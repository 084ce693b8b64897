/// Where the complex map of the row `kaleidoscope` begins.
package enum MapInitialization: String, Sendable, CaseIterable, Hashable {
  /// Window and DFT in the first block, the others the identity: each output is a bin of the spectrum.
  case dft
  /// Every 2 × 2 unitary and random.
  case unitary
  /// Every block the identity: each output is a sample.
  case identity
}

/// What is done to band energies.
package enum Compression: String, Sendable, CaseIterable, Hashable {
  /// ln(max(E, 2⁻²³)).
  case log
  /// expm1(r·ln(E + e^b))/r with r and b learnt for each band.
  case root
  /// Per-channel energy normalisation, its exponents and offsets learnt for each band.
  case pcen
}

/// A transform over time that follows the features.
package enum TimeTransform: String, Sendable, CaseIterable, Hashable {
  case none
  /// The first 11 outputs of a Hamming-windowed DCT-II over 32 frames.
  case dct
}

/// What of the row `kaleidoscope-time` learns.
package enum LearningMode: String, Sendable, CaseIterable, Hashable {
  case none
  case compressionAndTime = "compression+time"
  case all
}

/// Options of the rows that learn.
package struct LearnableOptions: Sendable, Equatable {
  /// The row stays at its first values.
  package var isFixed = false
  package var learning = LearningMode.all
  package var initialization = MapInitialization.dft

  /// w: products of 𝓑𝓑*.
  package var width = 1
  /// e: the size of the map over that of its input, a power of two.
  package var expansion = 1

  /// Frames go in as they are, without DC removal and pre-emphasis.
  package var isRaw = false

  /// Points of the spectrum to each side of a filter that it may spread over.
  package var band = 8
  package var compression = Compression.log

  /// The transform over time behind the row `mel`.
  package var timeTransform = TimeTransform.none

  /// Rank of the row `low-rank`.
  package var rank = 20
  /// Share of the entries of the row `sparse` that are not zero.
  package var density = 0.09

  // Factors on the learning rate of the classifier.
  package var frequencyRate = 0.03
  package var poolingRate = 0.3
  package var rootRate = 0.3
  package var offsetRate = 3.0
  package var timeRate = 0.3

  package init() {}
}
