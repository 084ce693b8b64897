/// The rows there are: kinds of front end that a comparison sets side by side.
package enum RowName: String, Sendable, CaseIterable, Hashable, Codable {
  /// Log mel filter bank.
  case mel
  /// Mel frequency cepstral coefficients.
  case mfcc
  /// Log power spectrum.
  case fft

  /// One line for the help.
  package var help: String {
    switch self {
    case .mel: "log mel filter bank"
    case .mfcc: "mel frequency cepstral coefficients"
    case .fft: "log power spectrum"
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
}
