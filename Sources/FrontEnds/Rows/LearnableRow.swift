import Foundations
import Learning
import Signal
import StructuredMaps

/// What a row that learns is made of: a source, layers after it, and the tensors of each part.
struct LearnableRow {
  /// A part whose movement is measured.
  struct Part: Sendable {
    let name: String
    let tensors: [TensorReference]
  }

  let source: any FrontEnd
  var layers: [any SequenceLayer] = []
  var parts: [Part] = []
  /// Multiplications and additions a frame.
  var operations: Int
  /// What is computed, in words.
  var words: [String]

  /// The layers as one.
  var layer: any SequenceLayer { layers.count == 1 ? layers[0] : SequentialLayer(layers) }

  /// The row at the first values of a declaration.
  func frozen(_ values: ModelValues, row: RowName, isFixed: Bool) -> LayeredFrontEnd {
    LayeredFrontEnd(
      source: source, layers: layers, values: values,
      name: "\(row.rawValue)\(isFixed ? ":fixed" : ""): \(words.joined(separator: ", "))")
  }

  mutating func add(
    _ layer: any SequenceLayer, part: String? = nil, _ tensors: [TensorReference] = [], operations: Int
  ) {
    layers.append(layer)
    if let part { parts.append(Part(name: part, tensors: tensors)) }
    self.operations += operations
  }
}

/// Puts rows that learn together from their options, declaring their tensors under `frontend.`.
struct LearnableRowBuilder {
  let row: RowName
  let configuration: FeatureConfiguration
  /// Of the options, which every entry of a windowed DFT needs.
  private let window: [Double]

  init(row: RowName, configuration: FeatureConfiguration) {
    self.row = row
    self.configuration = configuration
    let frame = configuration.frameOptions
    window =
      (2...FrameOptions.maximumFrameLength).contains(frame.frameLength)
      ? frame.window.values(count: frame.frameLength) : []
  }

  /// w_t exp(−2πi·bin·t/size), 0 past the window's end.
  func windowedDFT(_ bin: Int, _ sample: Int, _ size: Int) -> Complex {
    sample < window.count ? window[sample] * .rootOfUnity(-bin * sample, size) : .zero
  }

  private var options: LearnableOptions { configuration.learnable }

  private static let prefix = "frontend."

  /// The whole row.
  func whole(_ declaration: inout ModelDeclaration) throws(FrontEndError) -> LearnableRow {
    var result = try bands(&declaration)
    if row == .kaleidoscopeTime { addCompressionAndTime(to: &result, &declaration) }
    return result
  }

  /// The row `kaleidoscope-time` with what comes before the compression at its first values.
  func compressionAndTime(_ declaration: inout ModelDeclaration) throws(FrontEndError) -> LearnableRow {
    var local = declaration
    let bands = try bands(&local)
    let frozen = bands.frozen(ModelValues(local), row: row, isFixed: true)
    var result = LearnableRow(source: frozen, operations: bands.operations, words: bands.words)
    addCompressionAndTime(to: &result, &declaration)
    return result
  }

  // MARK: Parts

  /// All but what is particular to `kaleidoscope-time`.
  private func bands(_ declaration: inout ModelDeclaration) throws(FrontEndError) -> LearnableRow {
    switch row {
    case .kaleidoscope: return try kaleidoscope(&declaration)
    case .kaleidoscopePooled, .kaleidoscopeTime, .melPooled:
      var result = try row == .melPooled ? spectrum() : pooledFrames(&declaration)
      try addPooling(to: &result, &declaration)
      return result
    case .dense, .lowRank, .sparse, .circulant: return try matrix(&declaration)
    case .mel, .mfcc, .fft, .given:
      preconditionFailure("\(row.rawValue) has no such parts")
    }
  }

  /// The complex map over the frame as it is, and the logarithm of its outputs' power.
  private func kaleidoscope(_ declaration: inout ModelDeclaration) throws(FrontEndError) -> LearnableRow {
    let frame = configuration.frameOptions
    var result = try frames(isRaw: true)
    let size = KaleidoscopeShape.paddedSize(frame.frameLength)
    var map: KaleidoscopeMatrix<Float>
    do throws(StructuredMapError) {
      let shape = try KaleidoscopeShape(
        inputLength: result.source.channels, outputLength: size, width: options.width,
        expansion: options.expansion, field: .complex)
      try Self.check(shape.parameterCount)
      switch options.initialization {
      case .dft:
        let dft = try KaleidoscopeMatrix<Double>.windowedDFT(
          size: shape.size, window: window, width: options.width)
        map = KaleidoscopeMatrix(try dft.cut(inputLength: result.source.channels, outputLength: size))
      case .unitary: map = try KaleidoscopeMatrix(shape, .orthogonal, using: &declaration.generator)
      case .identity: map = KaleidoscopeMatrix(identity: shape)
      }
    } catch {
      throw .structuredMap(error)
    }
    // The identity gives zeros past the frame's end: nothing to learn from, and so is what a row would hold of them.
    let outputs = options.initialization == .identity ? frame.frameLength : size
    addMap(map, positions: Array(0..<outputs), usesLog: true, to: &result, &declaration)
    result.words.insert(
      "log power of a K-matrix of \(map.size) points (width \(options.width), from \(options.initialization.rawValue))",
      at: 0)
    return result
  }

  /// The map over prepared frames that begins as window and DFT, and the power of the points up to Nyquist.
  private func pooledFrames(_ declaration: inout ModelDeclaration) throws(FrontEndError) -> LearnableRow {
    let frame = configuration.frameOptions
    var result = try frames(isRaw: options.isRaw)
    let size = KaleidoscopeShape.paddedSize(frame.frameLength)
    do throws(StructuredMapError) {
      try Self.check(
        KaleidoscopeShape(
          inputLength: frame.frameLength, outputLength: size, width: options.width, field: .complex
        ).parameterCount)
      let map = try KaleidoscopeMatrix<Double>.windowedDFT(
        size: size, window: window, width: options.width
      )
      .cut(inputLength: result.source.channels, outputLength: size)
      let reversal = Permutation.bitReversal(size: size)
      let positions = (0...(size / 2)).map { reversal[$0] }
      addMap(KaleidoscopeMatrix(map), positions: positions, usesLog: false, to: &result, &declaration)
    } catch {
      throw .structuredMap(error)
    }
    result.words.insert("power of a K-matrix of \(size) points (width \(options.width))", at: 0)
    return result
  }

  /// The most parameters of a matrix: enough for 8192 points.
  static let maximumParameters = 1 << 23

  private static func check(_ parameters: Int) throws(StructuredMapError) {
    guard parameters <= maximumParameters else {
      throw .outOfRange(.parameters, found: parameters, allowed: 1...maximumParameters)
    }
  }

  private func addMap(
    _ map: KaleidoscopeMatrix<Float>, positions: [Int], usesLog: Bool, to result: inout LearnableRow,
    _ declaration: inout ModelDeclaration
  ) {
    let twiddle = declaration.parameter(
      Self.prefix + "frequency.twiddle", shape: [2] + map.shape.twiddleShape,
      group: ParameterGroup(rateFactor: Float(options.frequencyRate)), initialValues: map.parameters)
    result.add(
      KaleidoscopePowerLayer(
        shape: map.shape, twiddle: twiddle, positions: positions, usesLog: usesLog),
      part: "frequency", [twiddle], operations: map.operationCount.total + 3 * positions.count)
  }

  private func addPooling(
    to result: inout LearnableRow, _ declaration: inout ModelDeclaration
  ) throws(FrontEndError) {
    var frame = configuration.frameOptions
    if row != .melPooled { frame.roundsToPowerOfTwo = true }
    let mel: MelWeights
    do throws(SignalError) {
      mel = try MelWeights(configuration.mel, frame: frame)
    } catch {
      throw .signal(error)
    }
    let bands = PoolingBands(mel, reach: options.band)
    let weights = declaration.parameter(
      Self.prefix + "pooling.weight", shape: [bands.weightCount],
      group: ParameterGroup(rateFactor: Float(options.poolingRate)), initialValues: bands.initialWeights)
    result.add(
      PoolingLayer(bands: bands, weights: weights), part: "pooling", [weights],
      operations: 2 * bands.weightCount)
    result.words.append("pooled into \(bands.bands.count) bands")
    guard row != .kaleidoscopeTime else { return }
    switch options.compression {
    case .log:
      result.add(LogCompressionLayer(inputWidth: bands.bands.count), operations: 0)
      result.words.append("log")
    case .root: addRoot(to: &result, &declaration)
    case .pcen: addEnergyNormalization(to: &result, &declaration)
    }
  }

  private func declareBands(
    _ name: String, _ bands: Int, rate: Double, _ value: Float, _ declaration: inout ModelDeclaration
  ) -> TensorReference {
    declaration.parameter(
      Self.prefix + "compression.\(name)", shape: [bands], group: ParameterGroup(rateFactor: Float(rate)),
      initialValues: Array(repeating: value, count: bands))
  }

  private func addEnergyNormalization(
    to result: inout LearnableRow, _ declaration: inout ModelDeclaration
  ) {
    let bands = result.layers.last?.outputWidth ?? result.source.channels
    typealias Layer = EnergyNormalizationLayer
    let gain = declareBands("gain", bands, rate: options.rootRate, Layer.initialGain, &declaration)
    let offset = declareBands("offset", bands, rate: options.offsetRate, Layer.initialOffset, &declaration)
    let root = declareBands("root", bands, rate: options.rootRate, Layer.initialRoot, &declaration)
    result.add(
      Layer(gain: gain, offset: offset, root: root), part: "compression", [gain, offset, root],
      operations: (2 * Layer.frames + 5) * bands)
    result.words.append("per-channel energy normalisation")
  }

  private func addRoot(to result: inout LearnableRow, _ declaration: inout ModelDeclaration) {
    let bands = result.layers.last?.outputWidth ?? result.source.channels
    typealias Layer = RootCompressionLayer
    let root = declareBands("root", bands, rate: options.rootRate, Layer.initialRoot, &declaration)
    let offset = declareBands("offset", bands, rate: options.offsetRate, Layer.initialOffset, &declaration)
    result.add(
      RootCompressionLayer(root: root, offset: offset), part: "compression", [root, offset],
      operations: 4 * bands)
    result.words.append("root of each band")
  }

  private func addCompressionAndTime(to result: inout LearnableRow, _ declaration: inout ModelDeclaration) {
    addRoot(to: &result, &declaration)
    addTime(to: &result, rate: options.timeRate, &declaration)
  }

  fileprivate func addTime(
    to result: inout LearnableRow, rate: Double, _ declaration: inout ModelDeclaration
  ) {
    let bands = result.layers.last?.outputWidth ?? result.source.channels
    guard let map = TimeTransformLayer.initial?.map else {
      preconditionFailure("the DCT of 32 points has a butterfly")
    }
    let twiddle = declaration.parameter(
      Self.prefix + "time.twiddle", shape: [2] + map.shape.twiddleShape,
      group: ParameterGroup(rateFactor: Float(rate)), initialValues: map.parameters)
    let layer = TimeTransformLayer(inputWidth: bands, twiddle: twiddle)
    result.add(
      layer, part: "time", [twiddle],
      operations: 2 * TimeTransformLayer.frames * TimeTransformLayer.outputs * bands)
    result.words.append(layer.summary)
  }

  // MARK: Sources

  /// Frames of samples, `[frames, frame length]`; of odd lengths with zeros up to a power of two.
  func frames(isRaw: Bool) throws(FrontEndError) -> LearnableRow {
    var frame = configuration.frameOptions
    frame.window = .rectangular
    // A frame is padded by the map; a plan of odd length has no transform.
    frame.roundsToPowerOfTwo = !frame.frameLength.isMultiple(of: 2)
    if isRaw {
      frame.preemphasis = 0
      frame.removesDCOffset = false
    }
    let plan: WindowedFramePlan
    do throws(SignalError) {
      plan = try WindowedFramePlan(frame)
    } catch {
      throw .signal(error)
    }
    return LearnableRow(
      source: PlanFrontEnd(plan, summary: "frames"), operations: isRaw ? 0 : 4 * frame.frameLength,
      words: [configuration.frameWords])
  }

  /// The power spectrum.
  private func spectrum() throws(FrontEndError) -> LearnableRow {
    let plan: SpectrumPlan
    do throws(SignalError) {
      plan = try SpectrumPlan(configuration.frameOptions)
    } catch {
      throw .signal(error)
    }
    return LearnableRow(
      source: PlanFrontEnd(plan, summary: "power spectrum"),
      operations: configuration.spectrumOperations,
      words: ["power spectrum of \(plan.frame.transformSize) points", configuration.frameWords])
  }
}

extension LearnableRowBuilder {
  /// The control of `kaleidoscope-time`: log mel energies and the DCT over time, nothing learnt.
  func melWithTime() throws(FrontEndError) -> LayeredFrontEnd {
    var plain = configuration
    plain.learnable.timeTransform = .none
    plain.deltas = FeatureConfiguration().deltas
    plain.splice = FeatureConfiguration().splice
    plain.subsample = FeatureConfiguration().subsample
    plain.cmvn = .none
    let mel = try SpectralFrontEnd(row: .mel, configuration: plain)
    var declaration = ModelDeclaration(seed: configuration.frame.seed)
    var result = LearnableRow(source: mel, operations: 0, words: [mel.words])
    addTime(to: &result, rate: 1, &declaration)
    result.words[1] = "Hamming-windowed DCT over \(TimeTransformLayer.frames) frames, 11 outputs"
    return LayeredFrontEnd(
      source: mel, layers: result.layers, values: ModelValues(declaration),
      name: result.words.joined(separator: ", "))
  }
}

extension FeatureConfiguration {
  /// Frames in words.
  var frameWords: String {
    func text(_ number: Double) -> String { SettingValue.real(number).text }
    let frame = frameOptions
    return "\(text(frame.frameLengthMilliseconds)) ms \(frame.window.name) frames every "
      + "\(text(frame.frameShiftMilliseconds)) ms at \(frame.sampleRateHertz) Hz"
      + (frame.dither > 0 ? ", dither \(text(frame.dither))" : "")
  }

  /// Operations of preparation, window, FFT (5/2 P log2 P) and power.
  var spectrumOperations: Int {
    let (length, points) = (frameOptions.frameLength, frameOptions.transformSize)
    let log2 = Int.bitWidth - 1 - points.leadingZeroBitCount
    return 5 * length + 5 * points * log2 / 2 + 3 * (points / 2 + 1)
  }
}
