import Foundations
import FrontEnds
import Signal
import StructuredMaps
import Workflows

extension Failure {
  /// Wrong feature options are the user's to correct: all of them end before any output, with 64.
  init(frontEnd error: FrontEndError) {
    switch error {
    case .unknownKind(let name, let known, let suggestion):
      self.init(
        .usage, code: "unknown-front-end", subject: name, expected: "one of \(known.joined(separator: ", "))",
        remedy: Self.didYouMean(suggestion))
    case .unknownOption(let name, let known, let suggestion):
      self.init(
        .usage, code: "unknown-option", subject: name,
        expected: suggestion == nil ? "one of \(known.joined(separator: ", "))" : nil,
        remedy: Self.didYouMean(suggestion))
    case .optionNotForKind(let option, let kind, let allowed):
      self.init(
        .usage, code: "option-not-for-front-end", subject: "--\(option)", location: "front end \(kind)",
        expected: "one of \(allowed.joined(separator: ", "))")
    case .duplicateOption(let option, let frontEnd):
      self.init(.usage, code: "option-twice", subject: option, location: frontEnd)
    case .emptyOption(let frontEnd):
      self.init(
        .usage, code: "empty-option", subject: frontEnd, expected: "NAME[:option=value,...]")
    case .missingValue(let option, let allowed):
      self.init(.usage, code: "missing-value", subject: option, expected: allowed.text)
    case .setting(.invalidValue(let option, let text, let allowed, let suggestion)):
      self.init(
        .usage, code: "invalid-value", subject: "--\(option)", expected: allowed.text, found: text,
        remedy: Self.didYouMean(suggestion))
    case .setting(.unknownSetting(let name, let known, let suggestion)):
      self.init(frontEnd: .unknownOption(name: name, known: known, suggestion: suggestion))
    case .notWhileLearning(let option, let kind):
      self.init(
        .usage, code: "not-while-learning", subject: "--\(option)", location: "front end \(kind)",
        remedy: "No gradient goes through it: leave it out, or take \(kind):fixed.")
    case .structuredMap(let error):
      self.init(
        .usage, code: "matrix-shape", subject: "the front end's matrix", expected: Self.expected(error),
        found: Self.found(error),
        remedy: "Use another --frame-length, --width or --expansion (a power of two).")
    case .tooLarge(let values, let allowed):
      self.init(
        .usage, code: "too-large", subject: "the feature options",
        expected: "at most \(allowed) values held for one utterance", found: "\(values)",
        remedy: "Use fewer --mel-bins, less --splice or a shorter --cmn-window.")
    case .signal(let error): self.init(signal: error)
    case .postprocessing(let error): self.init(postprocessing: error)
    }
  }

  private static func expected(_ error: StructuredMapError) -> String? {
    switch error {
    case .outOfRange(let field, _, let allowed):
      "\(field.rawValue) from \(allowed.lowerBound) to \(allowed.upperBound)"
    case .notPowerOfTwo(let field, _): "\(field.rawValue) a power of two"
    case .lengthMismatch(let field, let expected, _): "\(expected, "number") as \(field.rawValue)"
    case .shapeMismatch(let field, let expected, _): "\(field.rawValue) of \(Self.shape(expected))"
    case .strideMismatch(let index, let expected, _): "stride \(expected) at factor \(index)"
    case .notPermutation(let index, _): "a permutation, at \(index)"
    case .complexInRealMap: "real numbers"
    case .notFinite(let field, let index): "a finite number, at \(index) of \(field.rawValue)"
    }
  }

  private static func found(_ error: StructuredMapError) -> String? {
    switch error {
    case .outOfRange(_, let found, _), .notPowerOfTwo(_, let found), .lengthMismatch(_, _, let found),
      .strideMismatch(_, _, let found), .notPermutation(_, let found):
      "\(found)"
    case .shapeMismatch(_, _, let found): Self.shape(found)
    case .complexInRealMap: "complex ones"
    case .notFinite: "a NaN or an infinity"
    }
  }

  private static func shape(_ sizes: [Int]) -> String { sizes.map(String.init).joined(separator: " × ") }

  private static func didYouMean(_ suggestion: String?) -> Remedy? {
    suggestion.map { "Did you mean \($0)?" }
  }

  static let vectorUnitOption = "--\(ArithmeticOptions.vectorUnitName)"

  init(signal error: SignalError) {
    switch error {
    case .optionOutOfRange(let option, let value, let allowed):
      self.init(
        .usage, code: "out-of-range", subject: SignalField.option(option),
        expected: "\(allowed.lowerBound) to \(allowed.upperBound)", found: "\(value)")
    case .frameLengthInSamples(let samples, let minimum, let maximum):
      self.init(
        .usage, code: "frame-length", subject: "--frame-length",
        expected: "\(minimum) to \(maximum) samples", found: "\(samples)")
    case .oddTransformSize(let points):
      self.init(
        .usage, code: "odd-transform", subject: "--no-round-to-power-of-two",
        expected: "an even number of samples in a frame", found: "\(points)",
        remedy: "Use another --frame-length, or let the transform be padded.")
    case .frequencyRange(let low, let high, let nyquist):
      self.init(
        .usage, code: "frequency-range", subject: "--low-frequency and --high-frequency",
        expected: "0 <= low < high <= \(nyquist) Hz", found: "\(low) to \(high) Hz")
    case .warpRange(let low, let high, let vtlnLow, let vtlnHigh):
      self.init(
        .usage, code: "warp-range", subject: "--vtln-low and --vtln-high",
        expected: "inside \(low) to \(high) Hz, low knee under high knee after warping",
        found: "\(vtlnLow) and \(vtlnHigh) Hz")
    case .tooFewMelBins(let bins, let minimum):
      self.init(
        .usage, code: "mel-bins", subject: "--mel-bins", expected: "at least \(minimum)", found: "\(bins)")
    case .emptyMelBin(let bin, let bins, let size):
      self.init(
        .usage, code: "empty-mel-bin", subject: "--mel-bins",
        expected: "a point of the \(size)-point transform in every bin",
        found: "none in bin \(bin) of \(bins)",
        remedy: "Use fewer --mel-bins, or a longer --frame-length.")
    case .tooManyCepstra(let cepstra, let bins):
      self.init(
        .usage, code: "cepstra", subject: "--cepstra", expected: "at most --mel-bins (\(bins))",
        found: "\(cepstra)")
    case .unknownWindow(let name):
      self.init(
        .usage, code: "unknown-window", subject: "--window",
        expected: "one of \(WindowFunction.all.map(\.name).joined(separator: ", "))", found: name)
    case .unknownPreset(let name, let known):
      self.init(
        .usage, code: "unknown-preset", subject: "--preset",
        expected: "one of \(known.joined(separator: ", "))", found: name)
    case .transformUnavailable(let points):
      self.init(.internal, code: "transform-unavailable", subject: "FFTW", found: "\(points) points")
    case .vectorUnitUnavailable(let unit, let available):
      self.init(
        .usage, code: "no-vector-unit", subject: Self.vectorUnitOption,
        expected: "one that this processor has: \(available.map(\.rawValue).joined(separator: ", "))",
        found: unit.rawValue,
        remedy: available.last.map { "Give \(Self.vectorUnitOption) \($0.rawValue) on all machines." })
    case .vectorUnitNotFixed(let unit, .mathLibrary):
      self.init(
        .usage, code: "vector-unit-not-fixed", subject: Self.vectorUnitOption, location: "the C library",
        expected: "mathematical functions of \(unit.rawValue)", found: "those of another vector unit",
        remedy: "Leave GLIBC_TUNABLES as it is: the program sets it.")
    case .vectorUnitNotFixed(let unit, .transform(let points)):
      self.init(
        .usage, code: "vector-unit-not-fixed", subject: Self.vectorUnitOption, location: "FFTW",
        expected: "a plan of \(points) points for \(unit.rawValue)", found: "one of a wider vector unit",
        remedy: Remedy([
          "use another --frame-length", "give \(Self.vectorUnitOption) \(VectorUnit.baseline.rawValue)",
        ]))
    }
  }

  init(postprocessing error: PostprocessingError) {
    switch error {
    case .optionOutOfRange(let option, let found, let allowed):
      self.init(
        .usage, code: "out-of-range", subject: option.commandLineName,
        expected: "\(allowed.lowerBound) to \(allowed.upperBound)", found: "\(found)")
    case .offsetWithRepetition(let factor, let offset):
      self.init(
        .usage, code: "subsample", subject: "--subsample-offset",
        expected: "0 when --subsample is negative (\(factor))", found: "\(offset)")
    case .tooLarge(let channels, let allowed):
      self.init(
        .usage, code: "too-large", subject: "the feature options", expected: "at most \(allowed) channels",
        found: "\(channels)")
    case .malformedStatistics(let rows, let columns):
      self.init(
        .badInput, code: "malformed", subject: "CMVN statistics", found: "\(rows) x \(columns)")
    case .invalidStatistics(let row, let column):
      self.init(
        .badInput, code: "malformed", subject: "CMVN statistics", location: "row \(row), column \(column)",
        expected: "a finite number")
    case .insufficientStatistics(let count):
      self.init(
        .badInput, code: "malformed", subject: "CMVN statistics", expected: "at least one frame",
        found: "\(count)")
    }
  }
}

extension SettingKind {
  /// The allowed values, for people.
  var text: String {
    switch self {
    case .flag: "true or false"
    case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .integerChoice(let numbers): "one of \(numbers.map(String.init).joined(separator: ", "))"
    case .real(let range): "a number from \(Self.text(range.lowerBound)) to \(Self.text(range.upperBound))"
    case .choice(let names): "one of \(names.joined(separator: ", "))"
    case .context(let range):
      "frames before and after, such as 4 or 5,2, each from \(range.lowerBound) to \(range.upperBound)"
    case .text(let description): description
    case .keyword(let keyword, let other): "\(keyword), or \(other.text)"
    }
  }

  private static func text(_ number: Double) -> String { SettingValue.real(number).text }
}
