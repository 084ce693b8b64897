import CKernels
import Foundations
import Glibc
import Learning

/// y = expm1(r·L)/r with L = ln(E + e^b), that is ((E + e^b)^r − 1)/r, r and b of each band learned.
///
/// r between 0 and 1 lies between a logarithm and a line. Rows to rows of one width.
struct RootCompressionLayer: SequenceLayer {
  /// r, `[bands]`.
  let root: TensorReference
  /// b, `[bands]`.
  let offset: TensorReference

  static let initialRoot: Float = 0.1
  static let initialOffset: Float = 0

  /// Where learning may take them: far beyond what is useful, short of dividing by zero and of infinities.
  static let allowedRoots: ClosedRange<Float> = 0.005...2
  static let allowedOffsets: ClosedRange<Float> = -15...25

  var inputWidth: Int { root.count }
  var outputWidth: Int { root.count }
  var context: FrameContext { FrameContext() }
  var summary: String { "learned root" }

  func makePass(_ inputShape: SequenceShape) -> any LayerPass {
    RootCompressionPass(self, shape: inputShape)
  }

  func makeStream(_ values: ModelValues) -> any LayerStream { LaneStream.make([self], values) }

  func project(_ values: ModelValues) {
    values.clamp(root, to: Self.allowedRoots)
    values.clamp(offset, to: Self.allowedOffsets)
  }
}

extension RootCompressionLayer: LaneLayer {
  func makeLaneStage(_ values: ModelValues) -> any LaneStage { RootCompressionStage(self, values) }
}

private final class RootCompressionStage: LaneStage {
  private let kernel: RootCompressionKernel

  init(_ layer: RootCompressionLayer, _ values: ModelValues) {
    kernel = RootCompressionKernel(layer)
    kernel.set(values.parameter(layer.root), values.parameter(layer.offset))
  }

  func apply(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>) {
    kernel.forwardLanes(x, into: y)
  }
}

/// The loops of ``RootCompressionLayer``, with the parameters of a step at hand; one thread at a time.
final class RootCompressionKernel {
  private let width: Int
  /// Bands rounded up to eights.
  private let padded: Int
  // r, 1/r, e^b, and the sums of their gradients, `[padded]` each.
  private let storage: AlignedBuffer<Float>
  private var roots: UnsafeMutablePointer<Float> { storage.base }
  private var reciprocals: UnsafeMutablePointer<Float> { storage.base + padded }
  private var offsets: UnsafeMutablePointer<Float> { storage.base + 2 * padded }
  private var rootSums: UnsafeMutablePointer<Float> { storage.base + 3 * padded }
  private var offsetSums: UnsafeMutablePointer<Float> { storage.base + 4 * padded }

  init(_ layer: RootCompressionLayer) {
    width = layer.inputWidth
    padded = (width + 7) / 8 * 8
    storage = AlignedBuffer<Float>(count: 5 * padded)
    for i in 0..<padded { (roots[i], reciprocals[i], offsets[i]) = (1, 1, 1) }
  }

  /// Takes over r and b.
  func set(_ root: UnsafePointer<Float>, _ offset: UnsafePointer<Float>) {
    for i in 0..<width {
      roots[i] = root[i]
      reciprocals[i] = 1 / root[i]
      offsets[i] = expf(offset[i])
    }
  }

  /// Writes y, and L, which backward needs.
  func forward(
    _ x: UnsafePointer<Float>, _ rows: Int, logarithms: UnsafeMutablePointer<Float>,
    into y: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<rows {
      let (from, to) = (x + row * width, logarithms + row * width)
      for i in 0..<width { to[i] = from[i] + offsets[i] }
    }
    ck_signal_best().pointee.logarithm(logarithms, rows * width)
    for row in 0..<rows {
      let at = row * width
      forEachEight(of: width) { start, count in
        let r = load8(roots + start)
        let u = r * load8(logarithms + at + start, count)
        store8(expm1(u) * load8(reciprocals + start), y + at + start, count)
      }
    }
  }

  /// Writes y of eight frames side by side, each with the bits of `forward`.
  func forwardLanes(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>) {
    for i in 0..<width { store8(load8(x + 8 * i) + SIMD8(repeating: offsets[i]), y + 8 * i) }
    ck_signal_best().pointee.logarithm(y, 8 * width)
    for i in 0..<width {
      let u = SIMD8(repeating: roots[i]) * load8(y + 8 * i)
      store8(expm1(u) * SIMD8(repeating: reciprocals[i]), y + 8 * i)
    }
  }

  /// Writes dE, and adds to the gradients of r and b.
  ///
  /// With k = e^{rL} = 1 + r y and s = E + e^b: dE = g k/s, db = Σ g k e^b/s, dr = Σ g (L k − y)/r.
  func backward(
    _ g: UnsafePointer<Float>, input x: UnsafePointer<Float>, output y: UnsafePointer<Float>,
    logarithms: UnsafePointer<Float>, _ rows: Int, inputGradient dx: UnsafeMutablePointer<Float>?,
    rootGradient: UnsafeMutablePointer<Float>, offsetGradient: UnsafeMutablePointer<Float>
  ) {
    rootSums.update(repeating: 0, count: 2 * padded)
    for row in 0..<rows {
      let at = row * width
      forEachEight(of: width) { start, count in
        let (r, e) = (load8(roots + start), load8(offsets + start))
        let (g, y) = (load8(g + at + start, count), load8(y + at + start, count))
        let k = SIMD8(repeating: 1) + r * y
        let slope = g * k / (load8(x + at + start, count) + e)
        if let dx { store8(slope, dx + at + start, count) }
        store8(load8(offsetSums + start) + slope * e, offsetSums + start)
        let dr = g * (load8(logarithms + at + start, count) * k - y) * load8(reciprocals + start)
        store8(load8(rootSums + start) + dr, rootSums + start)
      }
    }
    for i in 0..<width {
      rootGradient[i] += rootSums[i]
      offsetGradient[i] += offsetSums[i]
    }
  }
}

private final class RootCompressionPass: LayerPass {
  let outputShape: SequenceShape
  let output: Matrix
  private let storage: AlignedBuffer<Float>
  private let logarithms: AlignedBuffer<Float>
  private let layer: RootCompressionLayer
  private let kernel: RootCompressionKernel

  init(_ layer: RootCompressionLayer, shape: SequenceShape) {
    self.layer = layer
    outputShape = shape
    storage = AlignedBuffer<Float>(count: shape.totalRows * layer.outputWidth)
    logarithms = AlignedBuffer<Float>(count: shape.totalRows * layer.outputWidth)
    output = Matrix(storage.base, rows: shape.totalRows, columns: layer.outputWidth)
    kernel = RootCompressionKernel(layer)
  }

  func forward(_ input: Matrix, values: ModelValues, step: StepContext) {
    kernel.set(values.parameter(layer.root), values.parameter(layer.offset))
    kernel.forward(input.base, input.rows, logarithms: logarithms.base, into: output.base)
  }

  func backward(
    _ outputGradient: Matrix, input: Matrix, inputGradient: Matrix?, values: ModelValues,
    gradient: AlignedBuffer<Float>, step: StepContext
  ) {
    // Segment by segment, so that what is outside an utterance, finite but perhaps huge, is not looked at.
    for segment in 0..<outputShape.segments {
      let valid = step.padding[segment].validRows(of: outputShape.rows)
      let first = segment * outputShape.rows + valid.lowerBound
      let at = first * output.columns
      kernel.backward(
        outputGradient.row(first), input: input.row(first), output: output.row(first),
        logarithms: logarithms.base + at, valid.count, inputGradient: inputGradient?.row(first),
        rootGradient: gradient.base + layer.root.offset, offsetGradient: gradient.base + layer.offset.offset)
      inputGradient?.clearRows(padding: step.padding[segment], segment: segment, of: outputShape)
    }
  }
}
