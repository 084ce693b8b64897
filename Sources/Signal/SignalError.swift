/// An invalid set of feature options.
package enum SignalError: Error, Equatable, Sendable {
  /// The value of an option is out of range. `option` is the Swift name of the field.
  case optionOutOfRange(option: String, value: Double, allowed: ClosedRange<Double>)
  /// A window shorter than two samples, or longer than `maximum`.
  case frameLengthInSamples(samples: Int, minimum: Int, maximum: Int)
  /// The transform has an odd number of points, which Kaldi rejects, too
  /// (`roundsToPowerOfTwo` is off and the window has an odd number of samples).
  case oddTransformSize(points: Int)
  /// The mel range is empty or exceeds the Nyquist frequency; zero and negative values are already resolved.
  case frequencyRange(lowHertz: Double, highHertz: Double, nyquistHertz: Double)
  /// The knees of the vocal tract length warp leave the mel range.
  case warpRange(lowHertz: Double, highHertz: Double, vtlnLowHertz: Double, vtlnHighHertz: Double)
  /// Fewer than `minimum` mel bins.
  case tooFewMelBins(bins: Int, minimum: Int)
  /// A mel bin contains no point of the transform: there are too many bins for its size.
  case emptyMelBin(bin: Int, bins: Int, transformSize: Int)
  /// More cepstra than mel bins.
  case tooManyCepstra(cepstra: Int, bins: Int)
  /// An unknown window function.
  case unknownWindow(name: String)
  /// An unknown preset.
  case unknownPreset(name: String, known: [String])
  /// FFTW has no plan, or memory is exhausted.
  case transformUnavailable(points: Int)
  /// This processor lacks a vector unit.
  case vectorUnitUnavailable(VectorUnit, available: [VectorUnit])
  /// A part of the arithmetic that uses instructions beyond those of a vector unit.
  case vectorUnitNotFixed(VectorUnit, part: ArithmeticPart)
}
