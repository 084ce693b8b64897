import Foundations

/// A kaleidoscope matrix in training: its twiddles are packed once per step, for forward and backward.
///
/// Values and gradients equal those of ``KaleidoscopeMatrix`` to the bit. One thread at a time; allocates
/// nothing after the first call with the largest number of vectors.
package final class LearningKaleidoscope {
  package let shape: KaleidoscopeShape
  private let layout: ButterflyLayout
  private var workspace = MapWorkspace<Float>()
  private let packed, scales, packingScratch: AlignedBuffer<Float>
  private var form = TwiddleForm.full
  // Shared with `map`, which is dropped before the array is written, so that writing does not copy it.
  private var parameters: [Float]
  private var map: KaleidoscopeMatrix<Float>?

  package init(_ shape: KaleidoscopeShape) {
    self.shape = shape
    parameters = Array(repeating: 0, count: shape.parameterCount)
    layout = KaleidoscopeMatrix<Float>(identity: shape).layout
    let run = ButterflyRun(workspace.schedule(of: layout))
    packed = AlignedBuffer(count: 8 * run.packedVectors)
    scales = AlignedBuffer(count: 8 * run.scalesVectors)
    packingScratch = AlignedBuffer(count: 8 * run.packingScratchVectors)
  }

  /// Copies and packs the parameters, laid out as ``KaleidoscopeMatrix/parameters``.
  package func setParameters(_ source: UnsafePointer<Float>) {
    map = nil
    parameters.withUnsafeMutableBufferPointer { $0.baseAddress?.update(from: source, count: $0.count) }
    let map = KaleidoscopeMatrix(unchecked: shape, parameters: parameters)
    self.map = map
    var run = ButterflyRun(workspace.schedule(of: layout))
    run.pack(source, into: vectors(packed), scales: vectors(scales), scratch: vectors(packingScratch)) {
      map.ranges(ofStack: $0, map.tiling).input.count
    }
    form = run.form
  }

  /// output = M·input, from rows to a batch.
  package func forward(_ input: VectorRows<Float>, into output: inout VectorBatch<Float>) {
    forward(TileView(input), TileView(output))
  }

  /// output = M·input, row by row.
  package func forward(_ input: VectorRows<Float>, into output: MutableVectorRows<Float>) {
    forward(TileView(input), TileView(output))
  }

  private func forward(_ input: TileView<Float>, _ output: TileView<Float>) {
    guard let map else { preconditionFailure("setParameters must be called before forward") }
    precondition(input.length == map.inputLength && output.length == map.outputLength)
    precondition(input.count == output.count)
    map.forward(layout, prepacked: twiddles, input, output, &workspace)
  }

  /// Adds the gradient of a loss with respect to the parameters to `parameterGradient`, laid out like them.
  ///
  /// - Parameters:
  ///   - input: the input of `forward` with these parameters.
  ///   - outputGradient: the gradient with respect to its output.
  ///   - parameterGradient: `shape.parameterCount` numbers.
  package func accumulateParameterGradient(
    _ input: VectorRows<Float>, outputGradient: borrowing VectorBatch<Float>,
    into parameterGradient: UnsafeMutablePointer<Float>
  ) { backward(TileView(input), TileView(outputGradient), nil, parameterGradient) }

  /// Adds the parameter gradient for rows, and writes the input gradient if `inputGradient` is not nil.
  package func backward(
    _ input: VectorRows<Float>, outputGradient: VectorRows<Float>, inputGradient: MutableVectorRows<Float>?,
    parameterGradient: UnsafeMutablePointer<Float>
  ) {
    backward(
      TileView(input), TileView(outputGradient), inputGradient.map { TileView($0) },
      parameterGradient)
  }

  private func backward(
    _ input: TileView<Float>, _ outputGradient: TileView<Float>, _ inputGradient: TileView<Float>?,
    _ parameterGradient: UnsafeMutablePointer<Float>
  ) {
    guard let map else { preconditionFailure("setParameters must be called before backward") }
    precondition(input.length == map.inputLength && outputGradient.length == map.outputLength)
    precondition(input.count == outputGradient.count)
    if let inputGradient {
      precondition(inputGradient.length == map.inputLength && inputGradient.count == input.count)
    }
    let joined = map.field.joined(with: input.field).joined(with: outputGradient.field)
      .joined(with: inputGradient?.field ?? .real)
    map.backward(
      layout, prepacked: twiddles, TileGroups(count: input.count, field: joined), input, outputGradient,
      inputGradient, parameterGradient, &workspace)
  }

  private var twiddles: PackedTwiddles {
    PackedTwiddles(base: vectors(packed), scales: vectors(scales), form: form)
  }

  private func vectors(_ storage: AlignedBuffer<Float>) -> ButterflyRun.Vectors {
    UnsafeMutableRawPointer(storage.base).assumingMemoryBound(to: SIMD8<Float>.self)
  }
}
