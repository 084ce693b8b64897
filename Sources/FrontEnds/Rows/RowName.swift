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
  package var options: [FeatureOption] { FeatureOption.all.filter { $0.rows.contains(self) } }

  /// The rows that have parameters, unless they are fixed.
  package static let learnable: [RowName] = [
    .melPooled, .kaleidoscope, .kaleidoscopePooled, .kaleidoscopeTime,
  ]

  /// The rows whose mel filters are learnt.
  static let pooled: [RowName] = [.melPooled, .kaleidoscopePooled, .kaleidoscopeTime]
}
