package import Signal

extension ArithmeticFingerprint {
  /// The fingerprint in one line, as `config.json` and `doctor` show it.
  package var text: String {
    "kaleido \(ProgramVersion.current); \(fftwVersion); plan \(planDigest) (\(planProvenance.rawValue)); "
      + "tables \(tableDigest); kernels \(kernels)"
  }
}
