import CKernels
import Foundations
import Glibc
import Learning

/// Per-channel energy normalization: y = (E/(1 + M)^α + δ)^r − δ^r, α, δ = e^b and r of each band learned.
///
/// M is the mean of the last 32 energies of the band, weighted by (1 − s)^k, s = 0.08, where the first energy
/// of an utterance is repeated before it: the usual recursion M_t = (1 − s) M_{t−1} + s E_t cut off
/// after 0.3 s, so that segments in training see what whole utterances see. Rows to rows of one width.
///
/// Source: Wang et al., "Trainable frontend for robust and far-field keyword spotting", ICASSP 2017; first
/// values of Zeghidour et al., "LEAF", ICLR 2021.
struct EnergyNormalizationLayer: SequenceLayer {
  /// α, `[bands]`.
  let gain: TensorReference
  /// b, `[bands]`.
  let offset: TensorReference
  /// r, `[bands]`.
  let root: TensorReference

  static let initialGain: Float = 0.96
  static let initialOffset: Float = 0.693_147_2
  static let initialRoot: Float = 0.5

  private static let allowedExponents: ClosedRange<Float> = 0.01...2
  private static let allowedOffsets: ClosedRange<Float> = -10...10

  static let frames = 32
  /// Oldest first; they add up to 1.
  static let smoothing: [Float] = {
    let weights = (0..<frames).map { pow(1 - 0.08, Double(frames - 1 - $0)) }
    let sum = weights.reduce(0, +)
    return weights.map { Float($0 / sum) }
  }()

  var inputWidth: Int { root.count }
  var outputWidth: Int { root.count }
  var context: FrameContext { FrameContext(left: Self.frames - 1) }
  var summary: String { "per-channel energy normalization" }

  func makePass(_ inputShape: SequenceShape) -> any LayerPass {
    EnergyNormalizationPass(self, shape: inputShape)
  }

  func makeStream(_ values: ModelValues) -> any LayerStream {
    let kernel = EnergyNormalizationKernel(self)
    kernel.set(values)
    let logarithms = AlignedBuffer<Float>(count: 2 * inputWidth)
    let width = inputWidth
    return FrameWindowStream(inputWidth: width, outputWidth: width, context: context) { frames, output in
      kernel.forward(frames, logM: logarithms.base, logV: logarithms.base + width, into: output)
    }
  }

  func project(_ values: ModelValues) {
    values.clamp(gain, to: Self.allowedExponents)
    values.clamp(offset, to: Self.allowedOffsets)
    values.clamp(root, to: Self.allowedExponents)
  }
}

/// The loops of ``EnergyNormalizationLayer``, with the parameters of a step at hand; one thread at a time.
private final class EnergyNormalizationKernel {
  private let layer: EnergyNormalizationLayer
  private let width: Int
  private let padded: Int
  // α, δ, r, δ^r, ln δ and the sums of the gradients with respect to α, b, r, `[padded]` each.
  private let storage: AlignedBuffer<Float>

  init(_ layer: EnergyNormalizationLayer) {
    self.layer = layer
    width = layer.inputWidth
    padded = (width + 7) / 8 * 8
    storage = AlignedBuffer<Float>(count: 8 * padded)
    for i in 0..<(3 * padded) { storage.base[i] = 1 }
  }

  private func row(_ index: Int) -> UnsafeMutablePointer<Float> { storage.base + index * padded }

  /// Takes over the parameters.
  func set(_ values: ModelValues) {
    let (gain, offset, root) = (
      values.parameter(layer.gain), values.parameter(layer.offset), values.parameter(layer.root)
    )
    for i in 0..<width {
      row(0)[i] = gain[i]
      row(1)[i] = expf(offset[i])
      row(2)[i] = root[i]
      row(3)[i] = expf(root[i] * offset[i])
      row(4)[i] = offset[i]
    }
  }

  /// Writes y, and ln(1 + M) and ln(E/(1 + M)^α + δ), which backward needs.
  func forward(
    _ x: FrameWindow.Frames, logM: UnsafeMutablePointer<Float>, logV: UnsafeMutablePointer<Float>,
    into y: UnsafeMutablePointer<Float>
  ) {
    let newest = x[EnergyNormalizationLayer.frames - 1]
    EnergyNormalizationLayer.smoothing.withUnsafeBufferPointer { weights in
      forEachEight(of: width) { start, count in
        var sum = SIMD8<Float>(repeating: 1)
        for (j, w) in weights.enumerated() { sum += w * load8(x[j] + start, count) }
        store8(sum, logM + start, count)
      }
    }
    ck_signal_best().pointee.logarithm(logM, width)
    forEachEight(of: width) { start, count in
      let u =
        load8(newest + start, count) * exponential(-(load8(row(0) + start) * load8(logM + start, count)))
      store8(u + load8(row(1) + start), logV + start, count)
    }
    ck_signal_best().pointee.logarithm(logV, width)
    forEachEight(of: width) { start, count in
      let power = exponential(load8(row(2) + start) * load8(logV + start, count))
      store8(power - load8(row(3) + start), y + start, count)
    }
  }

  func clearGradient() { row(5).update(repeating: 0, count: 3 * padded) }

  /// Adds to the sums of the parameters' gradients, and to the gradients of the frames.
  ///
  /// With m = 1 + M, u = E m^−α, v = u + δ: dv = g r v^(r−1), dE = dv m^−α, dm = −α dv u/m, dα = −dv u ln m,
  /// db = (dv − g r δ^(r−1)) δ, dr = g (v^r ln v − δ^r ln δ).
  func backward(
    _ g: UnsafePointer<Float>, _ x: FrameWindow.Frames, logM: UnsafePointer<Float>,
    logV: UnsafePointer<Float>,
    frameGradients dx: FrameWindow.Frames?
  ) {
    let last = EnergyNormalizationLayer.frames - 1
    EnergyNormalizationLayer.smoothing.withUnsafeBufferPointer { weights in
      forEachEight(of: width) { start, count in
        let (alpha, delta, r) = (load8(row(0) + start), load8(row(1) + start), load8(row(2) + start))
        let (deltaPower, logDelta) = (load8(row(3) + start), load8(row(4) + start))
        let (lm, lv) = (load8(logM + start, count), load8(logV + start, count))
        let g = load8(g + start, count)
        let scale = exponential(-(alpha * lm))
        let u = load8(x[last] + start, count) * scale
        let power = exponential(r * lv)
        let dv = g * r * power / (u + delta)
        store8(load8(row(5) + start) - dv * u * lm, row(5) + start)
        store8(load8(row(6) + start) + (dv * delta - g * r * deltaPower), row(6) + start)
        store8(load8(row(7) + start) + g * (power * lv - deltaPower * logDelta), row(7) + start)
        guard let dx else { return }
        store8(load8(dx[last] + start, count) + dv * scale, dx[last] + start, count)
        let dm = -(alpha * dv * u * exponential(-lm))
        for (j, w) in weights.enumerated() {
          store8(load8(dx[j] + start, count) + w * dm, dx[j] + start, count)
        }
      }
    }
  }

  func addGradient(to gradient: AlignedBuffer<Float>) {
    for (index, tensor) in [(5, layer.gain), (6, layer.offset), (7, layer.root)] {
      let (from, to) = (row(index), gradient.base + tensor.offset)
      for i in 0..<width { to[i] += from[i] }
    }
  }
}

private final class EnergyNormalizationPass: LayerPass {
  let outputShape: SequenceShape
  let output: Matrix
  private let layer: EnergyNormalizationLayer
  private let inputShape: SequenceShape
  private let storage: AlignedBuffer<Float>
  private let logarithms: AlignedBuffer<Float>
  private let kernel: EnergyNormalizationKernel
  private let window = FrameWindow(frames: EnergyNormalizationLayer.frames)
  private let gradientWindow = FrameWindow(frames: EnergyNormalizationLayer.frames)

  init(_ layer: EnergyNormalizationLayer, shape: SequenceShape) {
    self.layer = layer
    inputShape = shape
    outputShape = shape.dropping(layer.context)
    storage = AlignedBuffer<Float>(count: outputShape.totalRows * layer.outputWidth)
    logarithms = AlignedBuffer<Float>(count: 2 * outputShape.totalRows * layer.outputWidth)
    output = Matrix(storage.base, rows: outputShape.totalRows, columns: layer.outputWidth)
    kernel = EnergyNormalizationKernel(layer)
  }

  private func logarithms(_ row: Int) -> (m: UnsafeMutablePointer<Float>, v: UnsafeMutablePointer<Float>) {
    let start = logarithms.base + 2 * row * output.columns
    return (start, start + output.columns)
  }

  func forward(_ input: Matrix, values: ModelValues, step: StepContext) {
    kernel.set(values)
    for segment in 0..<outputShape.segments {
      let valid = step.padding[segment].validRows(of: inputShape.rows)
      for row in 0..<outputShape.rows {
        let index = segment * outputShape.rows + row
        guard !valid.isEmpty else {
          output.row(index).update(repeating: 0, count: output.columns)
          continue
        }
        window.point(at: input, segment, of: inputShape, from: row, valid)
        let logarithms = logarithms(index)
        kernel.forward(window.frames, logM: logarithms.m, logV: logarithms.v, into: output.row(index))
      }
    }
  }

  func backward(
    _ outputGradient: Matrix, input: Matrix, inputGradient: Matrix?, values: ModelValues,
    gradient: AlignedBuffer<Float>, step: StepContext
  ) {
    kernel.clearGradient()
    if let inputGradient { inputGradient.base.update(repeating: 0, count: inputGradient.count) }
    for segment in 0..<outputShape.segments {
      let valid = step.padding[segment].validRows(of: inputShape.rows)
      guard !valid.isEmpty else { continue }
      let own = step.padding[segment].dropping(layer.context).validRows(of: outputShape.rows)
      for row in own.lowerBound..<own.upperBound {
        let index = segment * outputShape.rows + row
        window.point(at: input, segment, of: inputShape, from: row, valid)
        if let inputGradient {
          gradientWindow.point(at: inputGradient, segment, of: inputShape, from: row, valid)
        }
        let logarithms = logarithms(index)
        kernel.backward(
          outputGradient.row(index), window.frames, logM: logarithms.m, logV: logarithms.v,
          frameGradients: inputGradient == nil ? nil : gradientWindow.frames)
      }
    }
    kernel.addGradient(to: gradient)
  }
}
