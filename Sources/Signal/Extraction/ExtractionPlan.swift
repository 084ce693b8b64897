import CKernels
import Foundations
import Glibc

/// The output of a stream for each frame.
enum FeatureKind: Sendable {
  /// The windowed samples, zero-padded to P.
  case windowedSamples
  /// |X_k|² or |X_k|, k = 0 … P/2.
  case spectrum(usesLog: Bool)
  /// Mel bins.
  case filterBank
  /// Cepstra.
  case cepstra
}

/// The constant data of a kind of feature: tables, transform, kernels.
///
/// It is immutable, so any number of streams in any number of threads can share it.
final class ExtractionPlan: Sendable {
  let kind: FeatureKind
  let frame: FrameOptions
  let frameLength, frameShift, transformSize: Int
  let channels: Int
  let energy: EnergyOptions
  let usesPower: Bool
  let kernels: Kernels
  let transform: ComplexFFT
  /// The window, halved if a spectrum follows, as the split of the half-length complex transform doubles the
  /// spectrum.
  let window: AlignedBuffer<Float>
  let twiddles: AlignedBuffer<Float>
  /// Nil if there are no mel bins.
  let bank: FilterBankTables?
  /// The DCT, `[cepstra, bins]`, including lifter and HTK's order; nil if there are no cepstra.
  let cosines: AlignedBuffer<Float>?
  let preemphasis: Float

  init(
    kind: FeatureKind, frame: FrameOptions, mel: MelOptions? = nil, energy: EnergyOptions = EnergyOptions(),
    usesPower: Bool = true, usesLog: Bool = true, cepstra: Int = 0, lifter: Double = 0,
    kernels: Kernels = .best
  ) throws(SignalError) {
    try frame.validate()
    self.kind = kind
    self.frame = frame
    self.energy = energy
    self.usesPower = usesPower
    self.kernels = kernels
    frameLength = frame.frameLength
    frameShift = frame.frameShift
    transformSize = frame.transformSize
    preemphasis = Float(frame.preemphasis)
    let points = transformSize / 2
    transform = try ComplexFFT(size: points)
    var scale = 0.5
    if case .windowedSamples = kind { scale = 1 }
    window = AlignedBuffer<Float>(
      frame.window.values(count: frameLength).map { Float($0 * scale) }, slack: 64)
    twiddles = Self.makeTwiddles(points: points)
    if let mel {
      bank = FilterBankTables(try MelWeights(mel, frame: frame), options: mel, usesLog: usesLog)
    } else {
      bank = nil
    }
    var cosines: AlignedBuffer<Float>?
    switch kind {
    case .windowedSamples: channels = transformSize
    case .spectrum: channels = points + 1
    case .filterBank: channels = (mel?.bins ?? 0) + (energy.isUsed ? 1 : 0)
    case .cepstra:
      channels = cepstra
      cosines = Self.makeCosines(
        cepstra: cepstra, bins: mel?.bins ?? 1, lifter: lifter,
        movesFirstLast: energy.isHTKCompatible, scalesFirst: !energy.isUsed)
    }
    self.cosines = cosines
  }

  /// The channel of the energy, or nil.
  var energyChannel: Int? {
    guard energy.isUsed else { return nil }
    return energy.isHTKCompatible ? channels - 1 : 0
  }

  /// The channel of the first mel bin in a filter bank row.
  var firstBinChannel: Int { energy.isUsed && !energy.isHTKCompatible ? 1 : 0 }

  // exp(−πik/M) for k = 0 … M/2, real parts before imaginary parts.
  private static func makeTwiddles(points: Int) -> AlignedBuffer<Float> {
    let count = points / 2 + 1
    let slack = Int(CK_SLACK)
    let padded = (count + slack - 1) / slack * slack
    let table = AlignedBuffer<Float>(count: 2 * padded)
    for k in 0..<count {
      let angle = Double.pi * Double(k) / Double(points)
      table.base[k] = Float(cos(angle))
      table.base[padded + k] = Float(-sin(angle))
    }
    return table
  }

  private static func makeCosines(
    cepstra: Int, bins: Int, lifter: Double, movesFirstLast: Bool, scalesFirst: Bool
  ) -> AlignedBuffer<Float> {
    let table = AlignedBuffer<Float>(count: cepstra * bins)
    for (k, row) in DiscreteCosine.rows(cepstra: cepstra, bins: bins, lifter: lifter).enumerated() {
      let index = movesFirstLast ? (k == 0 ? cepstra - 1 : k - 1) : k
      let scale = movesFirstLast && scalesFirst && k == 0 ? 2.0.squareRoot() : 1
      for (n, value) in row.enumerated() { table.base[index * bins + n] = Float(value * scale) }
    }
    return table
  }
}

/// The DCT from log mel energies to cepstra.
enum DiscreteCosine {
  /// l_k D_kn with D_0n = √(1/B), D_kn = √(2/B) cos(π/B · (n + ½) k) and the lifter l_k = 1 + ½ Q sin(πk/Q).
  static func rows(cepstra: Int, bins: Int, lifter: Double) -> [[Double]] {
    let b = Double(bins)
    return (0..<cepstra).map { k in
      let lift = lifter == 0 ? 1 : 1 + 0.5 * lifter * sin(.pi * Double(k) / lifter)
      return (0..<bins).map { n in
        lift
          * (k == 0
            ? (1 / b).squareRoot() : (2 / b).squareRoot() * cos(.pi / b * (Double(n) + 0.5) * Double(k)))
      }
    }
  }
}
