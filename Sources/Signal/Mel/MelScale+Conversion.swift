import Glibc

extension MelScale {
  /// The value in mel of a frequency in hertz.
  package func mel(hertz: Double) -> Double {
    switch self {
    case .htk:
      return 1127 * log(1 + hertz / 700)
    case .slaney:
      return hertz < 1000 ? hertz * 3 / 200 : 15 + 27 * log(hertz / 1000) / log(6.4)
    }
  }

  /// The frequency in hertz of a value in mel.
  package func hertz(mel: Double) -> Double {
    switch self {
    case .htk:
      return 700 * (exp(mel / 1127) - 1)
    case .slaney:
      return mel < 15 ? mel * 200 / 3 : 1000 * exp((mel - 15) * log(6.4) / 27)
    }
  }
}
