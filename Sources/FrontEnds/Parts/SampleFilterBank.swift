import Learning
import Signal

/// Filters that are applied at every sample, and their energies summed about the center of each frame.
enum SampleFilterBank {
  /// The most taps of a bank: 40 complex filters of 0.4 s at 16 kHz.
  static let maximumTaps = 1 << 19
}

/// A band between neighbors of a mel filter bank, in Hz.
struct MelBand: Sendable {
  let left, center, right: Double

  /// Its triangle's area over frequency, whose height is 1, in radians a sample.
  func area(sampleRateHertz: Int) -> Double { .pi * (right - left) / Double(sampleRateHertz) }

  /// Radians a sample.
  func centerRadians(sampleRateHertz: Int) -> Double { 2 * .pi * center / Double(sampleRateHertz) }

  /// The standard deviation, in samples, of the Gaussian whose magnitude response is as wide at half its
  /// height as the square root of the band's triangle: 2 √(2 ln 2) / w with w = ¾ (right − left).
  ///
  /// Source: Zeghidour et al., "Learning filterbanks from raw speech for phone recognition", ICASSP 2018,
  /// section 2.2; `melfilters.py` of its code takes w from the triangle's samples.
  func gaussianSamples(sampleRateHertz: Int) -> Double {
    let width = 0.75 * 2 * .pi * (right - left) / Double(sampleRateHertz)
    return 2 * (2 * 0.693_147_180_559_945_3).squareRoot() / width
  }
}

extension AssemblyContext {
  /// The bands of a mel filter bank between the lowest and highest frequency of the options.
  func melBands() throws(FrontEndError) -> [MelBand] {
    let edges = try melEdges(low: configuration.mel.lowFrequencyHertz, count: configuration.mel.bins + 2)
    return (0..<configuration.mel.bins).map {
      MelBand(left: edges[$0], center: edges[$0 + 1], right: edges[$0 + 2])
    }
  }

  /// Frequencies in Hz that are equally spaced on the options' mel scale.
  ///
  /// - Parameters:
  ///   - low: the first.
  ///   - shortening: by how much the last one is below the options' highest frequency.
  func melEdges(low: Double, shortening: Double = 0, count: Int) throws(FrontEndError) -> [Double] {
    let (mel, nyquist) = (configuration.mel, configuration.frameOptions.nyquistHertz)
    let high = mel.resolvedHighFrequencyHertz(nyquistHertz: nyquist) - shortening
    do throws(SignalError) {
      try configuration.frameOptions.validate()
      try mel.validate(nyquistHertz: nyquist)
      guard low < high else {
        throw .frequencyRange(lowHertz: low, highHertz: high, nyquistHertz: nyquist)
      }
    } catch {
      throw .signal(error)
    }
    let (first, last) = (mel.scale.mel(hertz: low), mel.scale.mel(hertz: high))
    return (0..<count).map {
      mel.scale.hertz(mel: first + (last - first) * Double($0) / Double(count - 1))
    }
  }

  /// Raw frames, and energies of filters over their samples.
  ///
  /// - Parameter filterHalf: samples on each side of a filter's center.
  /// - Throws: ``FrontEndError`` for frames with gaps between them, and for filters that are too long.
  mutating func filteredEnergies(
    filters count: Int, half filterHalf: Int,
    _ make: (inout AssemblyContext) throws(FrontEndError) -> (any SampleFilters, any PoolingWindows)
  ) throws(FrontEndError) -> FrontEndAssembly {
    let frame = configuration.frameOptions
    var result = try frames(isRaw: true, hasWindow: false)
    guard frame.frameShift <= frame.frameLength else {
      throw .signal(
        .optionOutOfRange(
          option: "frameShiftMilliseconds", value: frame.frameShiftMilliseconds,
          allowed: 0...frame.frameLengthMilliseconds))
    }
    let taps = 2 * count * (2 * filterHalf + 1)
    guard taps <= SampleFilterBank.maximumTaps else {
      throw .tooLarge(values: taps, allowed: SampleFilterBank.maximumTaps)
    }
    let (filters, windows) = try make(&self)
    let layer = FilteredEnergyLayer(
      filters: filters, windows: windows, rowWidth: result.source.channels, frameLength: frame.frameLength,
      shift: frame.frameShift)
    result.description =
      [layer.summary, configuration.frameDescription(hasWindow: false)]
      + configuration.ditherDescription + gainDescription
    result.add(layer, part: "frequency", filters.tensors, operations: layer.operations)
    if !windows.tensors.isEmpty { result.addPart("pooling", windows.tensors) }
    return result
  }
}
