import CKernels
import Foundations
import Glibc
import Learning
import StructuredMaps

/// A linear map of 32 frames to some outputs, t − 15 … t + 16, the same for all channels: learned as one
/// complex butterfly of which the real part is taken, run as a depthwise convolution `[outputs, 32]`.
///
/// Rows of `[channels]` to rows of `[outputs][channels]`.
struct TimeTransformLayer: SequenceLayer {
  let inputWidth: Int
  let outputs: Int
  /// 640 reals; nil for the butterfly that one begins with, which learns nothing.
  let twiddle: TensorReference?

  static let frames = 32
  /// The outputs of one that learns.
  static let learnedOutputs = 11

  var outputWidth: Int { outputs * inputWidth }
  var context: FrameContext { FrameContext(left: 15, right: 16) }
  var isLearned: Bool { twiddle != nil }
  var summary: String {
    let map = isLearned ? "butterfly" : "Hamming-windowed DCT"
    return "\(map) over \(Self.frames) frames, \(outputs) outputs"
  }

  func makePass(_ inputShape: SequenceShape) -> any LayerPass {
    TimeTransformPass(self, shape: inputShape)
  }

  func makeStream(_ values: ModelValues) -> any LayerStream {
    let weights = TimeWeights(outputs: outputs, isLearning: false)
    weights.set(twiddle, values)
    let (width, outputs) = (inputWidth, outputs)
    return FrameWindowStream(inputWidth: width, outputWidth: outputWidth, context: context) {
      frames, output in
      ck_layers_best().pointee.depthwise(weights.weights, outputs, Self.frames, frames, width, output)
    }
  }

  /// The butterfly, cut to its outputs, and the frames in the order that it takes them.
  struct Butterfly: Sendable {
    let map: KaleidoscopeMatrix<Float>
    let sources: [Int]
  }

  /// Re(B·P): the orthonormal DCT-II of 32 frames, a Hamming window before it.
  ///
  /// Source: Makhoul, "A fast cosine transform in one and two dimensions", IEEE Trans. ASSP 28 (1980).
  static func initial(outputs: Int) -> Butterfly {
    guard let whole, let cut = try? whole.map.cut(inputLength: frames, outputLength: outputs) else {
      preconditionFailure("the DCT of 32 points has a butterfly")
    }
    return Butterfly(map: KaleidoscopeMatrix<Float>(cut), sources: whole.sources)
  }

  private static let whole: (map: KaleidoscopeMatrix<Double>, sources: [Int])? = {
    let step = 2 * Double.pi / Double(frames - 1)
    let window = (0..<frames).map { Complex(0.54 - 0.46 * cos(step * Double($0))) }
    guard
      let transform = try? TransformFactorization.trigonometric(.dct2, size: frames, scale: .orthonormal)
        .foldingInput(diagonal: window),
      let permutation = transform.inputPermutation
    else { return nil }
    return (transform.butterflies[0].asKaleidoscope, permutation.sources)
  }()
}

/// The weights `[outputs, frames]` of a step, and the gradient with respect to them, which becomes that of
/// the butterfly.
final class TimeWeights {
  private static let frames = TimeTransformLayer.frames

  private let outputs: Int
  private let initial: TimeTransformLayer.Butterfly
  private let evaluator: KaleidoscopeEvaluator
  private let storage: AlignedBuffer<Float>

  /// `[outputs, frames]`.
  var weights: UnsafeMutablePointer<Float> { storage.base }
  /// `[outputs, frames]`, to be filled before ``addParameterGradient(to:)``.
  var gradient: UnsafeMutablePointer<Float> { storage.base + Self.frames * outputs }
  private var identity: UnsafeMutablePointer<Float> { storage.base + 2 * Self.frames * outputs }

  init(outputs: Int, isLearning: Bool) {
    self.outputs = outputs
    initial = TimeTransformLayer.initial(outputs: outputs)
    storage = AlignedBuffer<Float>(count: (2 * outputs + Self.frames) * Self.frames)
    evaluator = KaleidoscopeEvaluator(
      initial.map.shape, rows: Self.frames, field: .real, isLearning: isLearning)
    for i in 0..<Self.frames { identity[i * Self.frames + i] = 1 }
  }

  /// Writes the butterfly out, frame after frame; the initial one if `twiddle` is nil.
  func set(_ twiddle: TensorReference?, _ values: ModelValues) {
    if let twiddle {
      evaluator.setParameters(values.parameter(twiddle))
    } else {
      initial.map.parameters.withUnsafeBufferPointer { parameters in
        if let base = parameters.baseAddress { evaluator.setParameters(base) }
      }
    }
    evaluator.forward(identity, count: Self.frames, rowStride: Self.frames)
    for (position, frame) in initial.sources.enumerated() {
      for output in 0..<outputs {
        weights[output * Self.frames + frame] = Float(evaluator.output[position, output].real)
      }
    }
  }

  /// Adds the gradient with respect to the butterfly that follows from ``gradient``.
  func addParameterGradient(to target: UnsafeMutablePointer<Float>) {
    for (position, frame) in initial.sources.enumerated() {
      for output in 0..<outputs {
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
  private let weights: TimeWeights
  // Of all rows of a segment: those of an output are some in a row.
  private let window: FrameWindow
  private let gradientWindow: FrameWindow

  init(_ layer: TimeTransformLayer, shape: SequenceShape) {
    self.layer = layer
    inputShape = shape
    outputShape = shape.dropping(layer.context)
    weights = TimeWeights(outputs: layer.outputs, isLearning: true)
    storage = AlignedBuffer<Float>(count: outputShape.totalRows * layer.outputWidth)
    output = Matrix(storage.base, rows: outputShape.totalRows, columns: layer.outputWidth)
    window = FrameWindow(frames: shape.rows)
    gradientWindow = FrameWindow(frames: shape.rows)
  }

  func forward(_ input: Matrix, values: ModelValues, step: StepContext) {
    weights.set(layer.twiddle, values)
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
          weights.weights, layer.outputs, TimeTransformLayer.frames, window.frames + row,
          layer.inputWidth, first + row * output.columns)
      }
    }
  }

  func backward(
    _ outputGradient: Matrix, input: Matrix, inputGradient: Matrix?, values: ModelValues,
    gradient: AlignedBuffer<Float>, step: StepContext
  ) {
    weights.gradient.update(repeating: 0, count: layer.outputs * TimeTransformLayer.frames)
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
        g, own.upperBound - own.lowerBound, layer.outputs, TimeTransformLayer.frames,
        window.frames + own.lowerBound, layer.inputWidth, weights.gradient)
      guard let inputGradient else { continue }
      gradientWindow.point(at: inputGradient, segment, of: inputShape, from: 0, valid)
      for row in own.lowerBound..<own.upperBound {
        ck_layers_best().pointee.depthwise_input_gradient(
          weights.weights, layer.outputs, TimeTransformLayer.frames,
          outputGradient.row(segment * outputShape.rows + row), layer.inputWidth, gradientWindow.frames + row)
      }
    }
    if let twiddle = layer.twiddle {
      weights.addParameterGradient(to: gradient.base + twiddle.offset)
    }
  }
}
