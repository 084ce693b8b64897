import Learning
import Signal
import StructuredMaps

/// A learned complex matrix over the samples of a frame.
enum FrequencyMap {
  static let width = OptionKey.integer(
    "width", 1...8, default: 1, help: "Products of a butterfly and a transposed butterfly.")
  static let rate = OptionKey.rate(
    "rate-frequency", default: 0.03,
    help: "Factor on the learning rate of the matrix or filters over samples.")

  /// The most parameters of a matrix: enough for 8192 points.
  static let maximumParameters = 1 << 23

  static func check(_ parameters: Int) throws(StructuredMapError) {
    guard parameters <= maximumParameters else {
      throw .outOfRange(.parameters, found: parameters, allowed: 1...maximumParameters)
    }
  }
}

/// The entries of a window followed by a DFT: w_t exp(−2πi·bin·t/size), 0 past the window's end.
struct WindowedDFT {
  let window: [Double]

  init(_ frame: FrameOptions) {
    window =
      (2...FrameOptions.maximumFrameLength).contains(frame.frameLength)
      ? frame.window.values(count: frame.frameLength) : []
  }

  func entry(_ bin: Int, _ sample: Int, size: Int) -> Complex {
    sample < window.count ? window[sample] * .rootOfUnity(-bin * sample, size) : .zero
  }
}

extension FrontEndAssembly {
  /// Adds a K-matrix and the power of its outputs.
  mutating func addMap(
    _ map: KaleidoscopeMatrix<Float>, positions: [Int], usesLog: Bool, _ context: inout AssemblyContext
  ) {
    let twiddle = context.declare(
      "frequency.twiddle", shape: [2] + map.shape.twiddleShape,
      rate: context.configuration[FrequencyMap.rate],
      initialValues: map.parameters)
    add(
      KaleidoscopePowerLayer(
        shape: map.shape, twiddle: twiddle, positions: positions, usesLog: usesLog),
      part: "frequency", [twiddle], operations: map.operationCount.total + 3 * positions.count)
  }
}

extension AssemblyContext {
  /// A K-matrix over prepared frames, initially window and DFT, and the power of the points up to Nyquist.
  mutating func powerOfFrames() throws(FrontEndError) -> FrontEndAssembly {
    let frame = configuration.frameOptions
    let width = configuration[FrequencyMap.width]
    var result = try frames(isRaw: configuration[Frames.isRaw])
    let size = KaleidoscopeShape.paddedSize(frame.frameLength)
    do throws(StructuredMapError) {
      try FrequencyMap.check(
        KaleidoscopeShape(
          inputLength: frame.frameLength, outputLength: size, width: width, field: .complex
        ).parameterCount)
      let map = try KaleidoscopeMatrix<Double>.windowedDFT(
        size: size, window: WindowedDFT(frame).window, width: width
      )
      .cut(inputLength: result.source.channels, outputLength: size)
      let reversal = Permutation.bitReversal(size: size)
      let positions = (0...(size / 2)).map { reversal[$0] }
      result.addMap(KaleidoscopeMatrix(map), positions: positions, usesLog: false, &self)
    } catch {
      throw .structuredMap(error)
    }
    result.description.insert("power of a K-matrix of \(size) points (width \(width))", at: 0)
    return result
  }
}
