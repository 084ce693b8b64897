import Foundations
import Glibc
import Learning
import Signal

/// `sincnet`: band-pass filters of samples that are differences of two sinc functions, their squares under a
/// squared Hann window about each frame, and ln(1 + E).
///
/// A filter has two parameters, the lower cutoff and the width of its band. The paper's network goes on with
/// convolutions at the rate of the samples; a front end ends at the rate of the frames, by the pooling and
/// compression of `td-filterbanks`.
///
/// Source: Ravanelli and Bengio, "Speaker recognition from raw waveform with SincNet", SLT 2018; parameters
/// and initial values of `SincConv` in SpeechBrain.
struct SincNet: FrontEndDefinition {
  static let filterLength = OptionKey.integer(
    "filter-length", 3...65_535, default: 251,
    help: "Samples of a filter; an even number is taken as one more.")

  let name = "sincnet"
  let help = "log energy of learned band-pass filters of samples"
  let optionGroups: Set<SharedOptionGroup> = [.melRange]
  let ownOptions = [LearningOptions.isFixed.option, filterLength.option, FrequencyMap.rate.option]

  /// The least lower cutoff and the least width of a band.
  static let minimumHertz = 50.0

  func assemble(_ context: inout AssemblyContext) throws(FrontEndError) -> FrontEndAssembly {
    let configuration = context.configuration
    let frame = configuration.frameOptions
    let (count, rate) = (configuration.mel.bins, Double(frame.sampleRateHertz))
    let half = configuration[Self.filterLength] / 2
    // The minima are added to what is learned: the lowest band begins at the lowest frequency, if that is
    // above them, and the highest one ends at the highest.
    let edges = try context.melEdges(
      low: max(0, configuration.mel.lowFrequencyHertz - Self.minimumHertz),
      shortening: 2 * Self.minimumHertz, count: count + 1)
    var bank: SincFilters?
    var result = try context.filteredEnergies(filters: count, half: half) { context in
      func declare(_ name: String, _ hertz: [Double]) -> TensorReference {
        context.declare(
          "frequency.\(name)", shape: [count], rate: configuration[FrequencyMap.rate],
          initialValues: hertz.map { Float($0 / rate) })
      }
      let filters = SincFilters(
        half: half, minimum: Self.minimumHertz / rate, low: declare("low", Array(edges.dropLast())),
        band: declare("band", zip(edges.dropFirst(), edges).map { $0 - $1 }))
      bank = filters
      return (filters, SquaredHannWindows(half: frame.frameLength / 2))
    }
    if let bank {
      result.markFilters(isLogarithmic: false) { values in
        (0..<count).map { filter in
          let (low, high, _) = bank.cutoffs(values, filter)
          return rate * (low + high) / 2
        }
      }
    }
    result.add(LogCompressionLayer(inputWidth: count, floor: .one), operations: 0)
    result.description.insert("log", at: 1)
    return result
  }
}

/// h(k) = w(k) (sin 2πf₂k − sin 2πf₁k) / (2πk (f₂ − f₁)), in cycles a sample, with a Hamming window w, and
/// h(0) = 1; f₁ = |low| + minimum, f₂ = f₁ + |band| + minimum, at most ½.
private struct SincFilters: SampleFilters {
  let half: Int
  /// Cycles a sample.
  let minimum: Double
  /// `[count]` each.
  let low, band: TensorReference

  var count: Int { low.count }
  var planes: Int { 1 }
  var tensors: [TensorReference] { [low, band] }
  var summary: String { "sinc filters" }

  func cutoffs(_ values: ModelValues, _ filter: Int) -> (low: Double, high: Double, isLimited: Bool) {
    let first = abs(Double(values.parameter(low)[filter])) + minimum
    let second = first + abs(Double(values.parameter(band)[filter])) + minimum
    return (first, min(second, 0.5), second > 0.5)
  }

  private func window(_ k: Int) -> Double { 0.54 + 0.46 * cos(.pi * Double(k) / Double(half)) }

  func write(_ values: ModelValues, into taps: UnsafeMutablePointer<Float>) {
    for filter in 0..<count {
      let (first, second, _) = cutoffs(values, filter)
      let center = taps + filter * length + half
      center[0] = 1
      for k in 1...half {
        let t = 2 * .pi * Double(k)
        let tap = window(k) * (sin(second * t) - sin(first * t)) / (t * (second - first))
        (center[k], center[-k]) = (Float(tap), Float(tap))
      }
    }
  }

  func addGradient(of taps: UnsafePointer<Float>, _ values: ModelValues, to target: AlignedBuffer<Float>) {
    for filter in 0..<count {
      let (first, second, isLimited) = cutoffs(values, filter)
      let width = second - first
      let center = taps + filter * length + half
      var (byFirst, bySecond) = (0.0, 0.0)
      for k in 1...half {
        let t = 2 * .pi * Double(k)
        let g = window(k) * (Double(center[k]) + Double(center[-k])) / width
        let quotient = (sin(second * t) - sin(first * t)) / (t * width)
        byFirst += g * (quotient - cos(first * t))
        bySecond += g * (cos(second * t) - quotient)
      }
      if isLimited { bySecond = 0 }
      func add(_ tensor: TensorReference, _ slope: Double) {
        let isNegative = values.parameter(tensor)[filter] < 0
        target.base[tensor.offset + filter] += Float(isNegative ? -slope : slope)
      }
      add(low, byFirst + bySecond)
      add(band, bySecond)
    }
  }

  /// Leaves room for a band below half the sample rate.
  func project(_ values: ModelValues) {
    let limit = Float(0.5 - 2 * minimum)
    let p = values.parameter(low)
    for filter in 0..<count { p[filter] = min(max(p[filter], -limit), limit) }
  }
}
