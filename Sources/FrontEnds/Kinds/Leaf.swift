import Foundations
import Glibc
import Learning
import Signal

/// `leaf`: Gabor filters of samples, their squared modulus under a Gaussian window about each frame, and
/// per-channel energy normalization with a learned smoother.
///
/// A filter has the parameters center and width, a window its width, a channel the four of its
/// normalization. Filters begin as approximations of mel filters, as long as a frame.
///
/// Source: Zeghidour et al., "LEAF: a learnable frontend for audio classification", ICLR 2021, and its code,
/// `google-research/leaf-audio`; samples are taken between −1 and 1, as there.
struct Leaf: FrontEndDefinition {
  static let widthRate = OptionKey.rate(
    "rate-width", default: 1, help: "Factor on the learning rate of the widths of Gabor filters.")
  static let smoothingRate = OptionKey.rate(
    "rate-smoothing", default: 0.03, help: "Factor on the learning rate of the smoothing over time.")

  let name = "leaf"
  let help = "energy of learned Gabor filters of samples, normalized per channel"
  let optionGroups: Set<SharedOptionGroup> = [.melRange]
  let ownOptions = [
    LearningOptions.isFixed.option, FrequencyMap.rate.option, widthRate.option, Pooling.rate.option,
    Compression.rootRate.option, Compression.offsetRate.option, smoothingRate.option,
  ]

  func assemble(_ context: inout AssemblyContext) throws(FrontEndError) -> FrontEndAssembly {
    let configuration = context.configuration
    let frame = configuration.frameOptions
    let rate = frame.sampleRateHertz
    let bands = try context.melBands()
    let half = frame.frameLength / 2
    var bank: GaborFilters?
    var result = try context.filteredEnergies(filters: bands.count, half: half) { context in
      func declare(_ name: String, _ rate: OptionKey<Double>, _ values: [Double]) -> TensorReference {
        context.declare(
          name, shape: [bands.count], rate: configuration[rate], initialValues: values.map { Float($0) })
      }
      let filters = GaborFilters(
        half: half,
        center: declare(
          "frequency.center", FrequencyMap.rate, bands.map { $0.centerRadians(sampleRateHertz: rate) }),
        width: declare(
          "frequency.width", Self.widthRate,
          bands.map { GaborFilters.limited($0.gaussianSamples(sampleRateHertz: rate), half: half) }))
      bank = filters
      let windows = GaussianWindows(
        half: half,
        width: declare("pooling.width", Pooling.rate, bands.map { _ in GaussianWindows.initialWidth }))
      return (filters, windows)
    }
    if let bank {
      result.markFilters(isLogarithmic: false) { values in
        (0..<bank.count).map { Double(values.parameter(bank.center)[$0]) / (2 * .pi) * Double(rate) }
      }
    }
    addNormalization(to: &result, &context)
    return result
  }

  private func addNormalization(to result: inout FrontEndAssembly, _ context: inout AssemblyContext) {
    typealias Layer = SmoothedNormalizationLayer
    let bands = result.channels
    func declare(_ name: String, _ rate: OptionKey<Double>, _ value: Float) -> TensorReference {
      context.declare(
        "compression.\(name)", shape: [bands], rate: context.configuration[rate],
        initialValues: Array(repeating: value, count: bands))
    }
    let layer = Layer(
      gain: declare("gain", Compression.rootRate, Layer.initialGain),
      offset: declare("offset", Compression.offsetRate, Layer.initialOffset),
      root: declare("root", Compression.rootRate, Layer.initialRoot),
      smoothing: declare("smoothing", Self.smoothingRate, Layer.initialSmoothing))
    result.add(
      layer, part: "compression", [layer.gain, layer.offset, layer.root, layer.smoothing],
      operations: 8 * bands)
    result.description.insert(layer.summary, at: 1)
  }
}

/// h(k) = s e^(iηk) e^(−k²/2σ²) / (√(2π) σ), s the scale of 16-bit samples.
private struct GaborFilters: SampleFilters {
  let half: Int
  /// η in radians a sample, `[count]`.
  let center: TensorReference
  /// σ in samples, `[count]`.
  let width: TensorReference

  private static let scale = 1.0 / 32_768

  var count: Int { center.count }
  var planes: Int { 2 }
  var tensors: [TensorReference] { [center, width] }
  var summary: String { "Gabor filters" }

  /// σ such that the response is between 1 and half the taps wide at half its height.
  static func limited(_ sigma: Double, half: Int) -> Double {
    let unit = (2 * log(2.0)).squareRoot() / .pi
    return min(max(sigma, 4 * unit), max(4 * unit, Double(2 * half + 1) * unit))
  }

  func write(_ values: ModelValues, into taps: UnsafeMutablePointer<Float>) {
    for filter in 0..<count {
      let (eta, sigma) = parameters(values, filter)
      let (re, im) = (taps + filter * length + half, taps + (count + filter) * length + half)
      for k in 0...half {
        let (t, g) = (Double(k), Self.gaussian(k, sigma))
        re[k] = Float(g * cos(eta * t))
        im[k] = Float(g * sin(eta * t))
        (re[-k], im[-k]) = (re[k], -im[k])
      }
    }
  }

  /// With ∂h/∂η = ik h and ∂h/∂σ = (k²/σ³ − 1/σ) h.
  func addGradient(of taps: UnsafePointer<Float>, _ values: ModelValues, to target: AlignedBuffer<Float>) {
    for filter in 0..<count {
      let (eta, sigma) = parameters(values, filter)
      let (re, im) = (taps + filter * length + half, taps + (count + filter) * length + half)
      var (byCenter, byWidth) = (0.0, 0.0)
      for k in -half...half {
        let (t, g) = (Double(k), Self.gaussian(k, sigma))
        let (c, s) = (g * cos(eta * t), g * sin(eta * t))
        let (gradientRe, gradientIm) = (Double(re[k]), Double(im[k]))
        byCenter += t * (gradientIm * c - gradientRe * s)
        byWidth += (t * t / (sigma * sigma) - 1) / sigma * (gradientRe * c + gradientIm * s)
      }
      target.base[center.offset + filter] += Float(byCenter)
      target.base[width.offset + filter] += Float(byWidth)
    }
  }

  func project(_ values: ModelValues) {
    let (eta, sigma) = (values.parameter(center), values.parameter(width))
    for filter in 0..<count {
      eta[filter] = min(max(eta[filter], 0), .pi)
      sigma[filter] = Float(Self.limited(Double(sigma[filter]), half: half))
    }
  }

  private func parameters(_ values: ModelValues, _ filter: Int) -> (eta: Double, sigma: Double) {
    (Double(values.parameter(center)[filter]), Double(values.parameter(width)[filter]))
  }

  private static func gaussian(_ k: Int, _ sigma: Double) -> Double {
    let t = Double(k)
    return scale * exp(-t * t / (2 * sigma * sigma)) / ((2 * .pi).squareRoot() * sigma)
  }
}

/// φ(n) = e^(−½ (n/(w·half))²), with w of each filter learned.
private struct GaussianWindows: PoolingWindows {
  let half: Int
  /// w, `[filters]`.
  let width: TensorReference

  /// Close to a Hann window.
  static let initialWidth = 0.4

  var tensors: [TensorReference] { [width] }
  var summary: String { "Gaussian windows" }

  func write(_ values: ModelValues, filters: Int, into weights: UnsafeMutablePointer<Float>) {
    for filter in 0..<filters {
      let w = Double(values.parameter(width)[filter])
      let center = weights + filter * length + half
      for n in -half...half { center[n] = Float(Self.weight(n, half, w)) }
    }
  }

  /// With ∂φ/∂w = (n/half)²/w³ φ.
  func addGradient(
    of weights: UnsafePointer<Float>, filters: Int, _ values: ModelValues, to target: AlignedBuffer<Float>
  ) {
    for filter in 0..<filters {
      let w = Double(values.parameter(width)[filter])
      let center = weights + filter * length + half
      var slope = 0.0
      for n in -half...half {
        let u = Double(n) / Double(half)
        slope += Double(center[n]) * u * u / (w * w * w) * Self.weight(n, half, w)
      }
      target.base[width.offset + filter] += Float(slope)
    }
  }

  func project(_ values: ModelValues) {
    let p = values.parameter(width)
    for filter in 0..<width.count { p[filter] = min(max(p[filter], 2 / Float(length)), 0.5) }
  }

  private static func weight(_ n: Int, _ half: Int, _ w: Double) -> Double {
    let u = Double(n) / (w * Double(half))
    return exp(-0.5 * u * u)
  }
}
