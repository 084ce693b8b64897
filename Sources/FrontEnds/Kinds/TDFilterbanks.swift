import Foundations
import Glibc
import Learning
import Signal

/// `td-filterbanks`: time-domain filter banks, complex filters of samples whose taps are free, their squared
/// modulus under a squared Hann window about each frame, and ln(1 + E).
///
/// Filters begin as Gabor wavelets that approximate mel filters, as long as a frame.
///
/// Source: Zeghidour et al., "Learning filterbanks from raw speech for phone recognition", ICASSP 2018, and
/// its code, `facebookresearch/tdfbanks`; the paper's mode "Learn-filterbank".
struct TDFilterbanks: FrontEndDefinition {
  let name = "td-filterbanks"
  let help = "log energy of learned complex filters of samples"
  let optionGroups: Set<SharedOptionGroup> = [.melRange]
  let ownOptions = [LearningOptions.isFixed.option, FrequencyMap.rate.option]

  func assemble(_ context: inout AssemblyContext) throws(FrontEndError) -> FrontEndAssembly {
    let frame = context.configuration.frameOptions
    let bands = try context.melBands()
    let half = frame.frameLength / 2
    var result = try context.filteredEnergies(filters: bands.count, half: half) { context in
      let taps = Self.wavelets(bands, half: half, sampleRateHertz: frame.sampleRateHertz)
      let weight = context.declare(
        "frequency.weight", shape: [2, bands.count, 2 * half + 1],
        rate: context.configuration[FrequencyMap.rate], initialValues: taps)
      return (
        FreeFilters(count: bands.count, half: half, weight: weight), SquaredHannWindows(half: half)
      )
    }
    result.markFilters(isLogarithmic: false)
    result.add(LogCompressionLayer(inputWidth: bands.count, floor: .one), operations: 0)
    result.description.insert("log", at: 1)
    return result
  }

  /// Gabor wavelets g e^(iηk) e^(−k²/2σ²) / (√(2π) σ), real parts and then imaginary ones; g makes a
  /// wavelet's energy the area of its mel triangle: g² = 2 √π σ · area.
  static func wavelets(_ bands: [MelBand], half: Int, sampleRateHertz rate: Int) -> [Float] {
    func taps(_ oscillation: (Double) -> Double) -> [Float] {
      bands.flatMap { band in
        let (eta, sigma) = (
          band.centerRadians(sampleRateHertz: rate), band.gaussianSamples(sampleRateHertz: rate)
        )
        let gain = (2 * Double.pi.squareRoot() * sigma * band.area(sampleRateHertz: rate)).squareRoot()
        return (-half...half).map { k in
          let t = Double(k)
          let gaussian = exp(-t * t / (2 * sigma * sigma)) / ((2 * .pi).squareRoot() * sigma)
          return Float(gain * gaussian * oscillation(eta * t))
        }
      }
    }
    return taps(cos) + taps(sin)
  }
}

/// Complex filters whose taps are the parameters, `[2, count, length]`.
private struct FreeFilters: SampleFilters {
  let count: Int
  let half: Int
  let weight: TensorReference

  var planes: Int { 2 }
  var tensors: [TensorReference] { [weight] }
  var summary: String { "complex filters" }

  func write(_ values: ModelValues, into taps: UnsafeMutablePointer<Float>) {
    taps.update(from: values.parameter(weight), count: weight.count)
  }

  func addGradient(of taps: UnsafePointer<Float>, _ values: ModelValues, to target: AlignedBuffer<Float>) {
    let to = target.base + weight.offset
    for i in 0..<weight.count { to[i] += taps[i] }
  }
}
