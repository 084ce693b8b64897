import CKernels
import Foundations
import Glibc
import Learning
import StructuredMaps

/// A linear map of 32 frames to 11 outputs, t − 15 … t + 16, the same for all channels: learned as one
/// complex butterfly of which the real part is taken, run as a depthwise convolution `[11, 32]`.
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

  func makeStream(_ values: ModelValues) -> any LayerStream {
    let weights = TimeWeights(isLearning: false)
    weights.set(values.parameter(twiddle))
    let width = inputWidth
    return FrameWindowStream(inputWidth: width, outputWidth: outputWidth, context: context) {
      frames, output in
      ck_layers_best().pointee.depthwise(weights.weights, Self.outputs, Self.frames, frames, width, output)
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

/// The weights `[outputs, frames]` of a step, and the gradient with respect to them, which becomes that of
/// the butterfly.
final class TimeWeights {
  private static let frames = TimeTransformLayer.frames
  private static let outputs = TimeTransformLayer.outputs

  private let sources: [Int]
  private let evaluator: KaleidoscopeEvaluator
  private let storage = AlignedBuffer<Float>(count: 2 * frames * outputs + frames * frames)

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
    evaluator = KaleidoscopeEvaluator(
      initial.map.shape, rows: Self.frames, field: .real, isLearning: isLearning)
    for i in 0..<Self.frames { identity[i * Self.frames + i] = 1 }
  }

  /// Writes the butterfly out, frame after frame.
  func set(_ twiddle: UnsafePointer<Float>) {
    evaluator.setParameters(twiddle)
    evaluator.forward(identity, count: Self.frames, rowStride: Self.frames)
    for (position, frame) in sources.enumerated() {
      for output in 0..<Self.outputs {
        weights[output * Self.frames + frame] = Float(evaluator.output[position, output].real)
      }
    }
  }

  /// Adds the gradient with respect to the butterfly that follows from ``gradient``.
  func addParameterGradient(to target: UnsafeMutablePointer<Float>) {
    for (position, frame) in sources.enumerated() {
      for output in 0..<Self.outputs {
        evaluator.setOutput(position, output, gradient[output * Self.frames + frame])
      }
    }
    evaluator.addParameterGradient(identity, rowStride: Self.frames, to: target)
  }
}

private final class TimeTransformPass: LayerPass {
  let outputShape: SequenceShape
  let output: Matrix
  private let layer: TimeTransformLayer
  private let inputShape: SequenceShape
  private let storage: AlignedBuffer<Float>
  private let weights = TimeWeights(isLearning: true)
  // Of all rows of a segment: those of an output are some in a row.
  private let window: FrameWindow
  private let gradientWindow: FrameWindow

  init(_ layer: TimeTransformLayer, shape: SequenceShape) {
    self.layer = layer
    inputShape = shape
    outputShape = shape.dropping(layer.context)
    storage = AlignedBuffer<Float>(count: outputShape.totalRows * layer.outputWidth)
    output = Matrix(storage.base, rows: outputShape.totalRows, columns: layer.outputWidth)
    window = FrameWindow(frames: shape.rows)
    gradientWindow = FrameWindow(frames: shape.rows)
  }

  func forward(_ input: Matrix, values: ModelValues, step: StepContext) {
    weights.set(values.parameter(layer.twiddle))
    for segment in 0..<outputShape.segments {
      let valid = step.padding[segment].validRows(of: inputShape.rows)
      let first = output.row(segment * outputShape.rows)
      guard !valid.isEmpty else {
        first.update(repeating: 0, count: outputShape.rows * output.columns)
        continue
      }
      window.point(at: input, segment, of: inputShape, from: 0, valid)
      for row in 0..<outputShape.rows {
        ck_layers_best().pointee.depthwise(
          weights.weights, TimeTransformLayer.outputs, TimeTransformLayer.frames, window.frames + row,
          layer.inputWidth, first + row * output.columns)
      }
    }
  }

  func backward(
    _ outputGradient: Matrix, input: Matrix, inputGradient: Matrix?, values: ModelValues,
    gradient: AlignedBuffer<Float>, step: StepContext
  ) {
    weights.gradient.update(repeating: 0, count: TimeTransformLayer.outputs * TimeTransformLayer.frames)
    if let inputGradient { inputGradient.base.update(repeating: 0, count: inputGradient.count) }
    for segment in 0..<outputShape.segments {
      let valid = step.padding[segment].validRows(of: inputShape.rows)
      guard !valid.isEmpty else { continue }
      // Rows outside have no gradient, and are left out for what they cost.
      let own = step.padding[segment].dropping(layer.context).validRows(of: outputShape.rows)
      guard !own.isEmpty else { continue }
      let g = outputGradient.row(segment * outputShape.rows + own.lowerBound)
      window.point(at: input, segment, of: inputShape, from: 0, valid)
      ck_layers_best().pointee.depthwise_weight_gradient(
        g, own.upperBound - own.lowerBound, TimeTransformLayer.outputs, TimeTransformLayer.frames,
        window.frames + own.lowerBound, layer.inputWidth, weights.gradient)
      guard let inputGradient else { continue }
      gradientWindow.point(at: inputGradient, segment, of: inputShape, from: 0, valid)
      for row in own.lowerBound..<own.upperBound {
        ck_layers_best().pointee.depthwise_input_gradient(
          weights.weights, TimeTransformLayer.outputs, TimeTransformLayer.frames,
          outputGradient.row(segment * outputShape.rows + row), layer.inputWidth, gradientWindow.frames + row)
      }
    }
    weights.addParameterGradient(to: gradient.base + layer.twiddle.offset)
  }
}
