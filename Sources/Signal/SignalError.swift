/// What is wrong with a set of feature options, as data; the text for people is made at the command line.
package enum SignalError: Error, Equatable, Sendable {
  /// An option's value lies outside what is allowed. `option` is the Swift name of the field.
  case optionOutOfRange(option: String, value: Double, allowed: ClosedRange<Double>)
  /// A window shorter than two samples, or longer than `maximum`.
  case frameLengthInSamples(samples: Int, minimum: Int, maximum: Int)
  /// The transform has an odd number of points, which Kaldi refuses too
  /// (`roundsToPowerOfTwo` is off and the window has an odd number of samples).
  case oddTransformSize(points: Int)
  /// The mel range is empty or reaches past the Nyquist frequency. Values after resolution of zero and negative ones.
  case frequencyRange(lowHertz: Double, highHertz: Double, nyquistHertz: Double)
  /// The knees of the vocal tract length warp leave the mel range.
  case warpRange(lowHertz: Double, highHertz: Double, vtlnLowHertz: Double, vtlnHighHertz: Double)
  /// Fewer mel bins than three.
  case tooFewMelBins(bins: Int, minimum: Int)
  /// A mel bin holds no point of the transform: there are too many bins for its size.
  case emptyMelBin(bin: Int, bins: Int, transformSize: Int)
  /// More cepstra than mel bins.
  case tooManyCepstra(cepstra: Int, bins: Int)
  /// A window function's name that is not known.
  case unknownWindow(name: String)
  /// A preset's name that is not known.
  case unknownPreset(name: String, known: [String])
  /// FFTW gave no plan, or memory ran out.
  case transformUnavailable(points: Int)
}
