import Foundations

/// In training, sets each value to 0 with probability `rate` and divides it by 1 − rate otherwise; the
/// identity after.
///
/// The mask depends on the seed, the step, the gradient part and the layer's index in its model, never on the
/// number of workers. Source: Srivastava and others (2014), scaled in training as is usual today.
package struct Dropout: SequenceLayer {
  package let inputWidth: Int
  package var outputWidth: Int { inputWidth }
  package var context: FrameContext { FrameContext() }
  package var isLearned: Bool { false }
  package var summary: String { "dropout \(Float(rate))" }

  package let rate: Double
  private let maskIndex: Int

  /// - Parameters:
  ///   - width: values of a row.
  ///   - rate: the probability of a zero, in 0 ..< 1.
  ///   - declaration: counts the masks of the model.
  package init(width: Int, rate: Double, in declaration: inout ModelDeclaration) {
    precondition(rate >= 0 && rate < 1, "dropout of \(rate)")
    inputWidth = width
    self.rate = rate
    maskIndex = declaration.makeMaskIndex()
  }

  package func makePass(_ inputShape: SequenceShape) -> any LayerPass {
    DropoutPass(shape: inputShape, width: inputWidth, rate: rate, maskIndex: maskIndex)
  }

  package func makeStream(_ values: ModelValues) -> any LayerStream {
    let width = inputWidth
    return RowwiseStream(inputWidth: width, outputWidth: width) { rows, count, output in
      output.update(from: rows, count: count * width)
    }
  }
}

private final class DropoutPass: LayerPass {
  let outputShape: SequenceShape
  let output: Matrix
  private let rate: Double
  private let maskIndex: Int
  private let storage: AlignedBuffer<Float>
  // Each 0 or 1 / (1 − rate).
  private let factors: AlignedBuffer<Float>

  init(shape: SequenceShape, width: Int, rate: Double, maskIndex: Int) {
    outputShape = shape
    self.rate = rate
    self.maskIndex = maskIndex
    storage = AlignedBuffer<Float>(count: shape.totalRows * width)
    output = Matrix(storage.base, rows: shape.totalRows, columns: width)
    factors = AlignedBuffer<Float>(count: storage.count)
  }

  func forward(_ input: Matrix, values: ModelValues, step: StepContext) {
    let (x, y, count) = (input.base, output.base, output.count)
    guard step.isTraining else {
      y.update(from: x, count: count)
      return
    }
    draw(step)
    let factors = factors.base
    for i in 0..<count { y[i] = x[i] * factors[i] }
  }

  private func draw(_ step: StepContext) {
    precondition(step.part >= 0 && step.part < 1 << 8 && maskIndex < 1 << 16 && step.step >= 0)
    // A stream for each step, part and layer.
    let index = UInt64(step.step) << 24 | UInt64(step.part) << 16 | UInt64(maskIndex)
    var generator = SeededGenerator(seed: step.seed, stream: .dropout, index: index)
    // A value is dropped if its 32 bits are below rate · 2³²; branches would be mispredicted.
    let threshold = UInt64(rate * 0x1p32)
    let kept = Float(1 / (1 - rate)).bitPattern
    @inline(__always) func factor(_ bits: UInt64) -> Float {
      let isKept = UInt32(truncatingIfNeeded: (threshold &- 1 &- bits) >> 63)
      return Float(bitPattern: kept & (0 &- isKept))
    }
    let (factors, count) = (factors.base, factors.count)
    var i = 0
    while i + 2 <= count {
      let bits = generator.next()
      factors[i] = factor(bits & 0xffff_ffff)
      factors[i + 1] = factor(bits >> 32)
      i += 2
    }
    if i < count { factors[i] = factor(generator.next() & 0xffff_ffff) }
  }

  func backward(
    _ outputGradient: Matrix, input: Matrix, inputGradient: Matrix?, values: ModelValues,
    gradient: AlignedBuffer<Float>, step: StepContext
  ) {
    guard let inputGradient else { return }
    let (dy, dx, factors) = (outputGradient.base, inputGradient.base, factors.base)
    if step.isTraining {
      for i in 0..<output.count { dx[i] = dy[i] * factors[i] }
    } else {
      dx.update(from: dy, count: output.count)
    }
  }
}
