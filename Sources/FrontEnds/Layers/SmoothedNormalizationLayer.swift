import CKernels
import Foundations
import Glibc
import Learning

/// Per-channel energy normalization with a learned smoother: y = (E/(ε + M)^α + δ)^(1/r) − δ^(1/r), where
/// E = max(x, 10⁻⁵) and M_t = (1 − s) M_{t−1} + s E_t begins at the first energy of an utterance; α, δ, r and
/// s of each band are learned.
///
/// Frozen, the recursion runs from the start of an utterance. A segment in training begins it at most
/// ``warmUpFrames`` frames before its first output, as the paper begins it at the start of each excerpt.
/// Rows to rows of one width.
///
/// Source: Zeghidour et al., "LEAF: a learnable frontend for audio classification", ICLR 2021, and
/// `frontend.py` and `postprocessing.py` of its code. Its limits of α, r and s hold there wherever these are
/// used, and here after each step.
struct SmoothedNormalizationLayer: SequenceLayer {
  /// α, `[bands]`.
  let gain: TensorReference
  /// δ, `[bands]`.
  let offset: TensorReference
  /// r, `[bands]`.
  let root: TensorReference
  /// s, `[bands]`.
  let smoothing: TensorReference

  static let initialGain: Float = 0.96
  static let initialOffset: Float = 2
  static let initialRoot: Float = 2
  static let initialSmoothing: Float = 0.04
  /// The least energy.
  static let leastEnergy: Float = 1e-5
  /// ε.
  static let floor: Float = 1e-12

  static let warmUpFrames = 32

  var inputWidth: Int { root.count }
  var outputWidth: Int { root.count }
  var context: FrameContext { FrameContext(left: Self.warmUpFrames) }
  var summary: String { "per-channel energy normalization with a learned smoother" }

  func makePass(_ inputShape: SequenceShape) -> any LayerPass {
    SmoothedNormalizationPass(self, shape: inputShape)
  }

  func makeStream(_ values: ModelValues) -> any LayerStream {
    SmoothedNormalizationStream(self, values)
  }

  func project(_ values: ModelValues) {
    values.clamp(gain, to: -Float.greatestFiniteMagnitude...1)
    values.clamp(offset, to: 0.001...1000)
    values.clamp(root, to: 1...32)
    values.clamp(smoothing, to: 0...1)
  }
}

/// The loops of ``SmoothedNormalizationLayer``, with the parameters of a step at hand; one thread at a time.
private final class SmoothedNormalizationKernel {
  private typealias Layer = SmoothedNormalizationLayer

  private let layer: SmoothedNormalizationLayer
  let width: Int
  private let padded: Int
  // α, δ, 1/r, s, δ^(1/r), ln δ, then the sums of the gradients with respect to α, δ, 1/r and s, and the
  // gradient with respect to M that comes from later rows; `[padded]` each.
  private let storage: AlignedBuffer<Float>

  init(_ layer: SmoothedNormalizationLayer) {
    self.layer = layer
    width = layer.inputWidth
    padded = (width + 7) / 8 * 8
    storage = AlignedBuffer<Float>(count: 11 * padded)
    for i in 0..<(6 * padded) { storage.base[i] = 1 }
  }

  private func row(_ index: Int) -> UnsafeMutablePointer<Float> { storage.base + index * padded }

  /// Takes over the parameters.
  func set(_ values: ModelValues) {
    let (gain, offset) = (values.parameter(layer.gain), values.parameter(layer.offset))
    let (root, smoothing) = (values.parameter(layer.root), values.parameter(layer.smoothing))
    for i in 0..<width {
      row(0)[i] = gain[i]
      row(1)[i] = offset[i]
      row(2)[i] = 1 / root[i]
      row(3)[i] = smoothing[i]
      row(4)[i] = powf(offset[i], 1 / root[i])
      row(5)[i] = logf(offset[i])
    }
  }

  /// max(x, 10⁻⁵); a NaN stays.
  private func energies(_ x: UnsafePointer<Float>, _ count: Int) -> SIMD8<Float> {
    let x = load8(x, count)
    return x.replacing(with: Layer.leastEnergy, where: x .< Layer.leastEnergy)
  }

  /// Writes M after a row; `previous` is nil for the first of an utterance.
  func smooth(
    _ x: UnsafePointer<Float>, previous: UnsafePointer<Float>?, into mean: UnsafeMutablePointer<Float>
  ) {
    forEachEight(of: width) { start, count in
      let energies = energies(x + start, count)
      guard let previous else { return store8(energies, mean + start, count) }
      let s = load8(row(3) + start)
      let kept = (SIMD8(repeating: 1) - s) * load8(previous + start, count)
      store8(s * energies + kept, mean + start, count)
    }
  }

  /// Writes y, and ln(ε + M) and ln(E/(ε + M)^α + δ), which backward needs.
  func normalize(
    _ x: UnsafePointer<Float>, mean: UnsafePointer<Float>, logM: UnsafeMutablePointer<Float>,
    logV: UnsafeMutablePointer<Float>, into y: UnsafeMutablePointer<Float>
  ) {
    for i in 0..<width { logM[i] = mean[i] + Layer.floor }
    ck_signal_best().pointee.logarithm(logM, width)
    forEachEight(of: width) { start, count in
      let scale = exponential(-(load8(row(0) + start) * load8(logM + start, count)))
      store8(energies(x + start, count) * scale + load8(row(1) + start), logV + start, count)
    }
    ck_signal_best().pointee.logarithm(logV, width)
    forEachEight(of: width) { start, count in
      let power = exponential(load8(row(2) + start) * load8(logV + start, count))
      store8(power - load8(row(4) + start), y + start, count)
    }
  }

  // MARK: Gradients

  func clearGradient() { row(6).update(repeating: 0, count: 4 * padded) }

  /// Forgets the rows after the one that comes next.
  func beginBackward() { row(10).update(repeating: 0, count: padded) }

  /// Adds what follows from the gradient with respect to y to the gradient with respect to M; writes that
  /// with respect to E, and adds to the sums of the parameters' gradients.
  ///
  /// With m = ε + M, u = E m^−α, v = u + δ, w = 1/r: dv = g w v^(w−1), dE = dv m^−α, dm = −α dv u/m,
  /// dα = −dv u ln m, dδ = dv − g w δ^(w−1), dw = g (v^w ln v − δ^w ln δ).
  func normalizeGradient(
    _ g: UnsafePointer<Float>, _ x: UnsafePointer<Float>, logM: UnsafePointer<Float>,
    logV: UnsafePointer<Float>, inputGradient dx: UnsafeMutablePointer<Float>
  ) {
    forEachEight(of: width) { start, count in
      let (alpha, delta, w) = (load8(row(0) + start), load8(row(1) + start), load8(row(2) + start))
      let (deltaPower, logDelta) = (load8(row(4) + start), load8(row(5) + start))
      let (lm, lv) = (load8(logM + start, count), load8(logV + start, count))
      let g = load8(g + start, count)
      let scale = exponential(-(alpha * lm))
      let u = energies(x + start, count) * scale
      let power = exponential(w * lv)
      let dv = g * w * power / (u + delta)
      store8(dv * scale, dx + start, count)
      store8(load8(row(10) + start) - alpha * dv * u * exponential(-lm), row(10) + start)
      store8(load8(row(6) + start) - dv * u * lm, row(6) + start)
      store8(load8(row(7) + start) + (dv - g * w * deltaPower / delta), row(7) + start)
      store8(load8(row(8) + start) + g * (power * lv - deltaPower * logDelta), row(8) + start)
    }
  }

  /// Adds the gradient with respect to M to that with respect to E, and passes it on to the row before; what
  /// was raised to the least energy has none.
  ///
  /// - Parameter previous: M before the row; nil for the first of an utterance.
  func smoothGradient(
    _ x: UnsafePointer<Float>, previous: UnsafePointer<Float>?,
    inputGradient dx: UnsafeMutablePointer<Float>
  ) {
    forEachEight(of: width) { start, count in
      let dm = load8(row(10) + start)
      let isRaised = load8(x + start, count) .< Layer.leastEnergy
      guard let previous else {
        store8((load8(dx + start, count) + dm).replacing(with: 0, where: isRaised), dx + start, count)
        return
      }
      let s = load8(row(3) + start)
      let change = energies(x + start, count) - load8(previous + start, count)
      store8((load8(dx + start, count) + s * dm).replacing(with: 0, where: isRaised), dx + start, count)
      store8(load8(row(9) + start) + dm * change, row(9) + start)
      store8((SIMD8(repeating: 1) - s) * dm, row(10) + start)
    }
  }

  func addGradient(to gradient: AlignedBuffer<Float>) {
    for (index, tensor) in [(6, layer.gain), (7, layer.offset), (9, layer.smoothing)] {
      let (from, to) = (row(index), gradient.base + tensor.offset)
      for i in 0..<width { to[i] += from[i] }
    }
    let to = gradient.base + layer.root.offset
    // d(1/r) = −dr/r².
    for i in 0..<width { to[i] -= row(8)[i] * row(2)[i] * row(2)[i] }
  }
}

private final class SmoothedNormalizationPass: LayerPass {
  let outputShape: SequenceShape
  let output: Matrix
  private let layer: SmoothedNormalizationLayer
  private let inputShape: SequenceShape
  private let storage: AlignedBuffer<Float>
  /// M and the two logarithms of each input row.
  private let kept: AlignedBuffer<Float>
  /// The gradient with respect to a row where the layer before learns nothing.
  private let discarded: AlignedBuffer<Float>
  private let kernel: SmoothedNormalizationKernel

  init(_ layer: SmoothedNormalizationLayer, shape: SequenceShape) {
    self.layer = layer
    inputShape = shape
    outputShape = shape.dropping(layer.context)
    storage = AlignedBuffer<Float>(count: outputShape.totalRows * layer.outputWidth)
    output = Matrix(storage.base, rows: outputShape.totalRows, columns: layer.outputWidth)
    kept = AlignedBuffer<Float>(count: 3 * shape.totalRows * layer.inputWidth)
    discarded = AlignedBuffer<Float>(count: layer.inputWidth)
    kernel = SmoothedNormalizationKernel(layer)
  }

  private func mean(_ row: Int) -> UnsafeMutablePointer<Float> { kept.base + 3 * row * kernel.width }

  func forward(_ input: Matrix, values: ModelValues, step: StepContext) {
    kernel.set(values)
    let left = layer.context.left
    for segment in 0..<outputShape.segments {
      output.row(segment * outputShape.rows).update(repeating: 0, count: outputShape.rows * output.columns)
      let valid = step.padding[segment].validRows(of: inputShape.rows)
      for row in valid.lowerBound..<valid.upperBound {
        let index = segment * inputShape.rows + row
        let (x, m) = (input.row(index), mean(index))
        kernel.smooth(x, previous: row == valid.lowerBound ? nil : mean(index - 1), into: m)
        guard row >= left else { continue }
        kernel.normalize(
          x, mean: m, logM: m + kernel.width, logV: m + 2 * kernel.width,
          into: output.row(segment * outputShape.rows + row - left))
      }
    }
  }

  func backward(
    _ outputGradient: Matrix, input: Matrix, inputGradient: Matrix?, values: ModelValues,
    gradient: AlignedBuffer<Float>, step: StepContext
  ) {
    kernel.clearGradient()
    let left = layer.context.left
    for segment in 0..<outputShape.segments {
      let valid = step.padding[segment].validRows(of: inputShape.rows)
      kernel.beginBackward()
      for row in (valid.lowerBound..<valid.upperBound).reversed() {
        let index = segment * inputShape.rows + row
        let (x, m) = (input.row(index), mean(index))
        let dx = inputGradient?.row(index) ?? discarded.base
        if row >= left {
          kernel.normalizeGradient(
            outputGradient.row(segment * outputShape.rows + row - left), x, logM: m + kernel.width,
            logV: m + 2 * kernel.width, inputGradient: dx)
        } else {
          dx.update(repeating: 0, count: kernel.width)
        }
        kernel.smoothGradient(
          x, previous: row == valid.lowerBound ? nil : mean(index - 1), inputGradient: dx)
      }
      inputGradient?.clearRows(padding: step.padding[segment], segment: segment, of: inputShape)
    }
    kernel.addGradient(to: gradient)
  }
}

/// The frozen layer: its state is M of the last frame.
private final class SmoothedNormalizationStream: LayerStream {
  let inputChannels: Int
  var outputChannels: Int { inputChannels }
  var latencyFrames: Int? { 0 }

  private let kernel: SmoothedNormalizationKernel
  // M and the two logarithms.
  private let state: AlignedBuffer<Float>
  private var isEmpty = true

  init(_ layer: SmoothedNormalizationLayer, _ values: ModelValues) {
    inputChannels = layer.inputWidth
    kernel = SmoothedNormalizationKernel(layer)
    kernel.set(values)
    state = AlignedBuffer<Float>(count: 3 * layer.inputWidth)
  }

  func maximumFrames(accepting count: Int) -> Int { count }
  func maximumFinishFrames(accepting count: Int) -> Int { 0 }

  func accept(_ frames: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>) -> Int {
    let (count, width) = (frameCount(of: frames), inputChannels)
    requireRoom(in: output, accepting: count)
    guard count > 0, let source = frames.baseAddress, let target = output.baseAddress else { return 0 }
    let mean = state.base
    for frame in 0..<count {
      let x = source + frame * width
      kernel.smooth(x, previous: isEmpty ? nil : mean, into: mean)
      isEmpty = false
      kernel.normalize(
        x, mean: mean, logM: mean + width, logV: mean + 2 * width, into: target + frame * width)
    }
    return count
  }

  func finish(into output: UnsafeMutableBufferPointer<Float>) -> Int {
    isEmpty = true
    return 0
  }
}
