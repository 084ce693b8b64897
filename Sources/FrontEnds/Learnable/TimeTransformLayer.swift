import Glibc
import Learning
import StructuredMaps

/// A linear map of 32 frames to 11 outputs, t − 15 … t + 16, the same for all channels: learnt as one complex butterfly
/// of which the real part is taken, run as a depthwise convolution `[11, 32]`.
///
/// Rows of `[channels]` to rows of `[outputs][channels]`.
struct TimeTransformLayer: SequenceLayer {
  let inputWidth: Int
  /// 640 reals.
  let twiddle: TensorReference

  static let frames = 32
  static let outputs = 11

  var outputWidth: Int { Self.outputs * inputWidth }
  var context: FrameContext { FrameContext(left: 15, right: 16) }
  var summary: String { "butterfly over \(Self.frames) frames, \(Self.outputs) outputs" }

  func makePass(_ inputShape: SequenceShape) -> any LayerPass {
    TimeTransformPass(self, shape: inputShape)
  }

  func makeStream(_ values: ModelValues) -> any RowStream {
    let weights = TimeWeights(isLearning: false)
    weights.set(values.parameter(twiddle))
    let width = inputWidth
    return FrameWindowStream(inputWidth: width, outputWidth: outputWidth, context: context) {
      frames, output in
      TimeKernel.forward(weights.weights, frames, width, into: output)
    }
  }

  /// The butterfly, cut to 11 outputs, and the frames in the order that it takes them.
  struct Butterfly: Sendable {
    let map: KaleidoscopeMatrix<Float>
    let sources: [Int]
  }

  /// Re(B·P): the orthonormal DCT-II of 32 frames, a Hamming window before it.
  ///
  /// Source: Makhoul, "A fast cosine transform in one and two dimensions", IEEE Trans. ASSP 28 (1980).
  static let initial: Butterfly? = {
    let step = 2 * Double.pi / Double(frames - 1)
    let window = (0..<frames).map { Complex(0.54 - 0.46 * cos(step * Double($0))) }
    guard
      let transform = try? TransformFactorization.trigonometric(.dct2, size: frames, scale: .orthonormal)
        .foldingInput(diagonal: window),
      let permutation = transform.inputPermutation,
      let map = try? transform.butterflies[0].asKaleidoscope
        .cut(inputLength: frames, outputLength: outputs)
    else { return nil }
    return Butterfly(map: KaleidoscopeMatrix<Float>(map), sources: permutation.sources)
  }()
}

/// The weights `[outputs, frames]` of a step, and the gradient by them on its way to the butterfly.
final class TimeWeights {
  private static let frames = TimeTransformLayer.frames
  private static let outputs = TimeTransformLayer.outputs

  private let sources: [Int]
  private let runner: MapRunner
  private let storage = FloatStorage(count: 2 * frames * outputs + frames * frames)

  /// `[outputs, frames]`.
  var weights: UnsafeMutablePointer<Float> { storage.base }
  /// `[outputs, frames]`, to be filled before ``addParameterGradient(to:)``.
  var gradient: UnsafeMutablePointer<Float> { storage.base + Self.frames * Self.outputs }
  private var identity: UnsafeMutablePointer<Float> { storage.base + 2 * Self.frames * Self.outputs }

  init(isLearning: Bool) {
    guard let initial = TimeTransformLayer.initial else {
      preconditionFailure("the DCT of 32 points has a butterfly")
    }
    sources = initial.sources
    runner = MapRunner(initial.map.shape, rows: Self.frames, field: .real, isLearning: isLearning)
    for i in 0..<Self.frames { identity[i * Self.frames + i] = 1 }
  }

  /// Writes the butterfly out, frame after frame.
  func set(_ twiddle: UnsafePointer<Float>) {
    runner.setParameters(twiddle)
    runner.forward(identity, count: Self.frames, rowStride: Self.frames)
    for (place, frame) in sources.enumerated() {
      for output in 0..<Self.outputs {
        weights[output * Self.frames + frame] = Float(runner.output[place, output].real)
      }
    }
  }

  /// Adds the gradient by the butterfly that follows from ``gradient``.
  func addParameterGradient(to target: UnsafeMutablePointer<Float>) {
    for (place, frame) in sources.enumerated() {
      for output in 0..<Self.outputs {
        runner.setOutput(place, output, gradient[output * Self.frames + frame])
      }
    }
    runner.addParameterGradient(identity, rowStride: Self.frames, to: target)
  }
}

private final class TimeTransformPass: LayerPass {
  let outputShape: SequenceShape
  let output: Matrix
  private let layer: TimeTransformLayer
  private let inputShape: SequenceShape
  private let storage: FloatStorage
  private let weights = TimeWeights(isLearning: true)
  private let window = FrameWindow(frames: TimeTransformLayer.frames)

  init(_ layer: TimeTransformLayer, shape: SequenceShape) {
    self.layer = layer
    inputShape = shape
    outputShape = shape.dropping(layer.context)
    storage = FloatStorage(count: outputShape.totalRows * layer.outputWidth)
    output = Matrix(storage.base, rows: outputShape.totalRows, columns: layer.outputWidth)
  }

  func forward(_ input: Matrix, values: ModelValues, step: StepContext) {
    weights.set(values.parameter(layer.twiddle))
    for segment in 0..<outputShape.segments {
      let inside = step.outside[segment].inside(of: inputShape.rows)
      for row in 0..<outputShape.rows {
        let target = output.row(segment * outputShape.rows + row)
        guard !inside.isEmpty else {
          target.update(repeating: 0, count: output.columns)
          continue
        }
        window.point(at: input, segment, of: inputShape, from: row, inside)
        TimeKernel.forward(weights.weights, window.frames, layer.inputWidth, into: target)
      }
    }
  }

  func backward(
    _ outputGradient: Matrix, input: Matrix, inputGradient: Matrix?, values: ModelValues,
    gradient: FloatStorage, step: StepContext
  ) {
    weights.gradient.update(repeating: 0, count: TimeTransformLayer.outputs * TimeTransformLayer.frames)
    if let inputGradient { inputGradient.base.update(repeating: 0, count: inputGradient.count) }
    for segment in 0..<outputShape.segments {
      let inside = step.outside[segment].inside(of: inputShape.rows)
      guard !inside.isEmpty else { continue }
      // Rows outside have no gradient, and are left out for what they cost.
      let own = step.outside[segment].dropping(layer.context).inside(of: outputShape.rows)
      for row in own.lowerBound..<own.upperBound {
        let g = outputGradient.row(segment * outputShape.rows + row)
        window.point(at: input, segment, of: inputShape, from: row, inside)
        TimeKernel.addWeightGradient(g, window.frames, layer.inputWidth, to: weights.gradient)
        guard let inputGradient else { continue }
        window.point(at: inputGradient, segment, of: inputShape, from: row, inside)
        TimeKernel.addInputGradient(weights.weights, g, layer.inputWidth, to: window.frames)
      }
    }
    weights.addParameterGradient(to: gradient.base + layer.twiddle.offset)
  }
}

/// The loops of ``TimeTransformLayer``, the same for training and for a stream.
enum TimeKernel {
  typealias Lanes = SIMD8<Float>
  typealias Frames = UnsafeMutablePointer<UnsafeMutablePointer<Float>>

  private static var frames: Int { TimeTransformLayer.frames }
  private static var outputs: Int { TimeTransformLayer.outputs }

  /// out[o][c] = Σ_j w[o][j] x_j[c], j ascending.
  static func forward(
    _ w: UnsafePointer<Float>, _ x: Frames, _ width: Int, into out: UnsafeMutablePointer<Float>
  ) {
    var column = 0
    while column + 8 <= width {
      var output = 0
      while output < outputs {
        let rows = min(4, outputs - output)
        let w0 = w + output * frames
        // Of the last three outputs one is computed twice and not stored.
        let (w1, w2) = (w0 + frames, w0 + min(2, rows - 1) * frames)
        let w3 = w0 + min(3, rows - 1) * frames
        var (a0, a1, a2, a3) = (Lanes(), Lanes(), Lanes(), Lanes())
        for j in 0..<frames {
          let v = load8(x[j] + column)
          a0 += w0[j] * v
          a1 += w1[j] * v
          a2 += w2[j] * v
          a3 += w3[j] * v
        }
        let target = out + output * width + column
        store8(a0, target)
        store8(a1, target + width)
        store8(a2, target + 2 * width)
        if rows == 4 { store8(a3, target + 3 * width) }
        output += 4
      }
      column += 8
    }
    while column < width {
      for output in 0..<outputs {
        var sum: Float = 0
        for j in 0..<frames { sum += w[output * frames + j] * x[j][column] }
        out[output * width + column] = sum
      }
      column += 1
    }
  }

  /// dw[o][j] += Σ_c g[o][c] x_j[c].
  static func addWeightGradient(
    _ g: UnsafePointer<Float>, _ x: Frames, _ width: Int, to dw: UnsafeMutablePointer<Float>
  ) {
    let whole = width / 8 * 8
    for output in 0..<outputs {
      let (from, to) = (g + output * width, dw + output * frames)
      var j = 0
      while j < frames {
        let (x0, x1, x2, x3) = (x[j], x[j + 1], x[j + 2], x[j + 3])
        var (a0, a1, a2, a3) = (Lanes(), Lanes(), Lanes(), Lanes())
        var column = 0
        while column < whole {
          let v = load8(from + column)
          a0 += v * load8(x0 + column)
          a1 += v * load8(x1 + column)
          a2 += v * load8(x2 + column)
          a3 += v * load8(x3 + column)
          column += 8
        }
        var (s0, s1, s2, s3) = (laneSum(a0), laneSum(a1), laneSum(a2), laneSum(a3))
        while column < width {
          s0 += from[column] * x0[column]
          s1 += from[column] * x1[column]
          s2 += from[column] * x2[column]
          s3 += from[column] * x3[column]
          column += 1
        }
        to[j] += s0
        to[j + 1] += s1
        to[j + 2] += s2
        to[j + 3] += s3
        j += 4
      }
    }
  }

  /// dx_j[c] += Σ_o w[o][j] g[o][c]; several j may be one row.
  static func addInputGradient(
    _ w: UnsafePointer<Float>, _ g: UnsafePointer<Float>, _ width: Int, to dx: Frames
  ) {
    for j in 0..<frames {
      let target = dx[j]
      var column = 0
      while column + 8 <= width {
        var sum = load8(target + column)
        for output in 0..<outputs { sum += w[output * frames + j] * load8(g + output * width + column) }
        store8(sum, target + column)
        column += 8
      }
      while column < width {
        for output in 0..<outputs { target[column] += w[output * frames + j] * g[output * width + column] }
        column += 1
      }
    }
  }
}
