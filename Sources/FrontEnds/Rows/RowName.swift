import Foundations

/// The rows there are: kinds of front end that a comparison sets side by side.
package enum RowName: String, Sendable, CaseIterable, Hashable, Codable {
  /// Log mel filter bank.
  case mel
  /// Mel frequency cepstral coefficients.
  case mfcc
  /// Log power spectrum.
  case fft
  /// Power spectrum, learnt pooling.
  case melPooled = "mel-pooled"
  /// Learnt complex K-matrix, log power of its outputs.
  case kaleidoscope
  /// Learnt complex K-matrix, power, learnt pooling.
  case kaleidoscopePooled = "kaleidoscope-pooled"
  /// The same, then learnt compression and a learnt butterfly over time.
  case kaleidoscopeTime = "kaleidoscope-time"
  /// Learnt complex matrix, log power of its outputs.
  case dense
  /// The same of a product of two narrow matrices.
  case lowRank = "low-rank"
  /// The same of a matrix with most entries zero.
  case sparse
  /// The same of a circulant matrix.
  case circulant
  /// Features that another tool made, read from a folder: never computed from audio.
  case given

  /// The rows that are computed from audio.
  package static let allCases: [RowName] = [
    .mel, .mfcc, .fft, .melPooled, .kaleidoscope, .kaleidoscopePooled, .kaleidoscopeTime, .dense, .lowRank,
    .sparse, .circulant,
  ]

  /// One line for the help.
  package var help: String {
    switch self {
    case .mel: "log mel filter bank"
    case .mfcc: "mel frequency cepstral coefficients"
    case .fft: "log power spectrum"
    case .melPooled: "mel filter bank whose filters are learnt"
    case .kaleidoscope: "log power of a learnt kaleidoscope matrix"
    case .kaleidoscopePooled: "learnt kaleidoscope matrix, power, learnt mel filters"
    case .kaleidoscopeTime: "the same with learnt compression and a learnt butterfly over time"
    case .dense: "log power of a learnt matrix"
    case .lowRank: "log power of a learnt matrix of low rank"
    case .sparse: "log power of a learnt sparse matrix"
    case .circulant: "log power of a learnt circulant matrix"
    case .given: "features that another tool made"
    }
  }

  /// Reads a name.
  ///
  /// - Throws: ``FrontEndError/unknownRow(name:known:suggestion:)``.
  package init(name: String) throws(FrontEndError) {
    guard let row = RowName(rawValue: name) else {
      let known = RowName.allCases.map(\.rawValue)
      throw .unknownRow(name: name, known: known, suggestion: NearestName.of(name, among: known))
    }
    self = row
  }

  /// The feature options that have an effect on the row.
  package var options: [FeatureOption] { FeatureOption.known.filter { $0.rows.contains(self) } }

  /// The rows that have parameters, unless they are fixed.
  package static let learnable: [RowName] = [
    .melPooled, .kaleidoscope, .kaleidoscopePooled, .kaleidoscopeTime, .dense, .lowRank, .sparse, .circulant,
  ]

  /// The rows whose mel filters are learnt.
  static let pooled: [RowName] = [.melPooled, .kaleidoscopePooled, .kaleidoscopeTime]
}
