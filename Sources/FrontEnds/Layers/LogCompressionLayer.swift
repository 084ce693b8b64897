import CKernels
import Foundations
import Learning

/// The logarithm of energies, kept finite by a floor; rows to rows of one width, nothing learned.
struct LogCompressionLayer: SequenceLayer {
  /// The way in which the logarithm of 0 is kept finite.
  enum Floor: Sendable {
    /// ln(max(E, 2⁻²³)) as in Kaldi; its gradient is 0 at the floor.
    case epsilon
    /// ln(E + 1) of energies E ≥ 0: 1 is one squared step of 16 bits, far below speech.
    case one
  }

  let inputWidth: Int
  let floor: Floor

  init(inputWidth: Int, floor: Floor = .epsilon) {
    self.inputWidth = inputWidth
    self.floor = floor
  }

  var outputWidth: Int { inputWidth }
  var context: FrameContext { FrameContext() }
  var summary: String { floor == .one ? "log of the energy plus 1" : "log" }
  var isLearned: Bool { false }

  func makePass(_ inputShape: SequenceShape) -> any LayerPass {
    LogCompressionPass(self, shape: inputShape)
  }

  func makeStream(_ values: ModelValues) -> any LayerStream {
    RowwiseStream(inputWidth: inputWidth, outputWidth: inputWidth) { rows, count, output in
      apply(rows, count * inputWidth, into: output)
    }
  }

  fileprivate func apply(_ x: UnsafePointer<Float>, _ count: Int, into y: UnsafeMutablePointer<Float>) {
    switch floor {
    case .epsilon: for i in 0..<count { y[i] = x[i] < .ulpOfOne ? .ulpOfOne : x[i] }
    case .one: for i in 0..<count { y[i] = x[i] + 1 }
    }
    ck_signal_best().pointee.logarithm(y, count)
  }

  fileprivate func applyGradient(
    _ dy: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ count: Int, into dx: UnsafeMutablePointer<Float>
  ) {
    switch floor {
    case .epsilon: for i in 0..<count { dx[i] = x[i] > .ulpOfOne ? dy[i] / x[i] : 0 }
    case .one: for i in 0..<count { dx[i] = dy[i] / (x[i] + 1) }
    }
  }
}

extension LogCompressionLayer: LaneLayer {
  func makeLaneStage(_ values: ModelValues) -> any LaneStage { LogCompressionStage(self) }
}

private final class LogCompressionStage: LaneStage {
  private let layer: LogCompressionLayer

  init(_ layer: LogCompressionLayer) { self.layer = layer }

  func apply(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>) {
    layer.apply(x, FrameLanes.count * layer.inputWidth, into: y)
  }
}

private final class LogCompressionPass: LayerPass {
  let outputShape: SequenceShape
  let output: Matrix
  private let layer: LogCompressionLayer
  private let storage: AlignedBuffer<Float>

  init(_ layer: LogCompressionLayer, shape: SequenceShape) {
    self.layer = layer
    outputShape = shape
    storage = AlignedBuffer<Float>(count: shape.totalRows * layer.inputWidth)
    output = Matrix(storage.base, rows: shape.totalRows, columns: layer.inputWidth)
  }

  func forward(_ input: Matrix, values: ModelValues, step: StepContext) {
    layer.apply(input.base, input.count, into: output.base)
  }

  func backward(
    _ outputGradient: Matrix, input: Matrix, inputGradient: Matrix?, values: ModelValues,
    gradient: AlignedBuffer<Float>, step: StepContext
  ) {
    guard let inputGradient else { return }
    layer.applyGradient(outputGradient.base, input.base, input.count, into: inputGradient.base)
    for segment in 0..<outputShape.segments {
      inputGradient.clearRows(padding: step.padding[segment], segment: segment, of: outputShape)
    }
  }
}
