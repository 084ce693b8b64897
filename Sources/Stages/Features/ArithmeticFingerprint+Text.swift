package import Signal

extension ArithmeticFingerprint {
  /// The fingerprint in one line, as `config.json` and `doctor` show it.
  package var text: String {
    "kaleido \(ProgramVersion.current); \(fftwVersion); plan \(planDigest) (\(planProvenance.rawValue)); "
      + "tables \(tableDigest); kernels \(kernels)"
  }
}

extension VectorUnit {
  /// The unit of a fingerprint's text; nil if the text names none.
  package init?(fingerprint text: String) {
    guard let name = text.firstRange(of: "kernels ").map({ text[$0.upperBound...] }) else { return nil }
    self.init(kernels: String(name.prefix { !"\"; ".contains($0) }))
  }
}
