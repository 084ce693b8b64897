import Glibc

/// The window function of a frame of N samples, for i = 0 … N − 1 and a = 2π / (N − 1).
///
/// In JSON and on the command line it is a name, `blackman` or `blackman(0.42)` for Blackman windows.
///
/// Source: Kaldi, `feat/feature-window.cc`.
package enum WindowFunction: Equatable, Hashable, Sendable {
  /// (0.5 − 0.5 cos(a i))^0.85, zero at the edges like a Hann window, but similar to a Hamming window inside.
  case povey
  /// 0.5 − 0.5 cos(a i)
  case hanning
  /// sin(a i / 2)
  case sine
  /// 0.54 − 0.46 cos(a i)
  case hamming
  /// 1
  case rectangular
  /// b − 0.5 cos(a i) + (0.5 − b) cos(2 a i) with the coefficient b, 0.42 in Kaldi.
  case blackman(coefficient: Double)

  /// The coefficient of `blackman` without a number.
  package static let defaultBlackmanCoefficient = 0.42

  /// All windows, with the default coefficient.
  package static let all: [WindowFunction] = [
    .povey, .hanning, .sine, .hamming, .rectangular, .blackman(coefficient: defaultBlackmanCoefficient),
  ]

  /// The name that `init(name:)` reads back.
  package var name: String {
    switch self {
    case .povey: "povey"
    case .hanning: "hanning"
    case .sine: "sine"
    case .hamming: "hamming"
    case .rectangular: "rectangular"
    case .blackman(let coefficient):
      coefficient == Self.defaultBlackmanCoefficient ? "blackman" : "blackman(\(coefficient))"
    }
  }

  /// The window function of a name such as `povey` or `blackman(0.4)`.
  ///
  /// - Throws: ``SignalError/unknownWindow(name:)``.
  package init(name: String) throws(SignalError) {
    switch name {
    case "povey": self = .povey
    case "hanning": self = .hanning
    case "sine": self = .sine
    case "hamming": self = .hamming
    case "rectangular": self = .rectangular
    case "blackman": self = .blackman(coefficient: Self.defaultBlackmanCoefficient)
    default:
      guard name.hasPrefix("blackman("), name.hasSuffix(")"),
        let coefficient = Double(name.dropFirst("blackman(".count).dropLast())
      else { throw .unknownWindow(name: name) }
      self = .blackman(coefficient: coefficient)
    }
  }

  /// The N values of the window, in double precision.
  ///
  /// - Precondition: `count` is at least 2.
  package func values(count: Int) -> [Double] {
    precondition(count >= 2, "a window of \(count) samples")
    let a = 2 * Double.pi / Double(count - 1)
    return (0..<count).map { index in
      let i = Double(index)
      switch self {
      case .povey: return pow(max(0, 0.5 - 0.5 * cos(a * i)), 0.85)
      case .hanning: return 0.5 - 0.5 * cos(a * i)
      case .sine: return sin(0.5 * a * i)
      case .hamming: return 0.54 - 0.46 * cos(a * i)
      case .rectangular: return 1
      case .blackman(let b): return b - 0.5 * cos(a * i) + (0.5 - b) * cos(2 * a * i)
      }
    }
  }
}

extension WindowFunction: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let name = try container.decode(String.self)
    do {
      self = try WindowFunction(name: name)
    } catch {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "unknown window function \(name)")
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(name)
  }
}
