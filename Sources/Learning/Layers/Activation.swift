internal import CKernels

/// y = max(x, 0), element by element.
package struct RectifiedLinear: SequenceLayer {
  package let inputWidth: Int
  package var outputWidth: Int { inputWidth }
  package var context: FrameContext { FrameContext() }
  package var summary: String { "ReLU" }
  package var isLearned: Bool { false }

  package init(width: Int) { inputWidth = width }

  package func makePass(_ inputShape: SequenceShape) -> any LayerPass {
    ElementwisePass<Rectifier>(shape: inputShape, width: inputWidth)
  }

  package func makePassInPlace(_ inputShape: SequenceShape) -> (any LayerPass)? {
    ElementwisePass<Rectifier>(shape: inputShape, width: inputWidth, inPlace: true)
  }

  package func makeStream(_ values: ModelValues) -> any LayerStream {
    makeElementwiseStream(Rectifier.self, width: inputWidth)
  }
}

/// y = tanh x, element by element.
package struct Tanh: SequenceLayer {
  package let inputWidth: Int
  package var outputWidth: Int { inputWidth }
  package var context: FrameContext { FrameContext() }
  package var summary: String { "tanh" }
  package var isLearned: Bool { false }

  package init(width: Int) { inputWidth = width }

  package func makePass(_ inputShape: SequenceShape) -> any LayerPass {
    ElementwisePass<HyperbolicTangent>(shape: inputShape, width: inputWidth)
  }

  package func makeStream(_ values: ModelValues) -> any LayerStream {
    makeElementwiseStream(HyperbolicTangent.self, width: inputWidth)
  }
}

/// y = 1 / (1 + exp(−x)), element by element.
package struct Sigmoid: SequenceLayer {
  package let inputWidth: Int
  package var outputWidth: Int { inputWidth }
  package var context: FrameContext { FrameContext() }
  package var summary: String { "sigmoid" }
  package var isLearned: Bool { false }

  package init(width: Int) { inputWidth = width }

  package func makePass(_ inputShape: SequenceShape) -> any LayerPass {
    ElementwisePass<LogisticFunction>(shape: inputShape, width: inputWidth)
  }

  package func makeStream(_ values: ModelValues) -> any LayerStream {
    makeElementwiseStream(LogisticFunction.self, width: inputWidth)
  }
}

private func makeElementwiseStream<Function: ElementwiseFunction>(
  _ function: Function.Type, width: Int
) -> any LayerStream {
  RowwiseStream(inputWidth: width, outputWidth: width) { rows, count, output in
    Function.apply(rows, count: count * width, into: output)
  }
}

enum Rectifier: ElementwiseFunction {
  static func apply(_ x: UnsafePointer<Float>, count: Int, into y: UnsafeMutablePointer<Float>) {
    // Not-a-number passes, so that a diverging model is seen.
    LayerKernels.best.rectify(x, count, y)
  }

  static func differentiate(
    _ dy: UnsafePointer<Float>, output y: UnsafePointer<Float>, count: Int,
    into dx: UnsafeMutablePointer<Float>
  ) {
    LayerKernels.best.rectify_gradient(dy, y, count, dx)
  }
}

enum HyperbolicTangent: ElementwiseFunction {
  static func apply(_ x: UnsafePointer<Float>, count: Int, into y: UnsafeMutablePointer<Float>) {
    LayerKernels.best.tanh(x, count, y)
  }

  static func differentiate(
    _ dy: UnsafePointer<Float>, output y: UnsafePointer<Float>, count: Int,
    into dx: UnsafeMutablePointer<Float>
  ) {
    for i in 0..<count { dx[i] = dy[i] * (1 - y[i] * y[i]) }
  }
}

enum LogisticFunction: ElementwiseFunction {
  static func apply(_ x: UnsafePointer<Float>, count: Int, into y: UnsafeMutablePointer<Float>) {
    LayerKernels.best.sigmoid(x, count, y)
  }

  static func differentiate(
    _ dy: UnsafePointer<Float>, output y: UnsafePointer<Float>, count: Int,
    into dx: UnsafeMutablePointer<Float>
  ) {
    for i in 0..<count { dx[i] = dy[i] * (y[i] * (1 - y[i])) }
  }
}
