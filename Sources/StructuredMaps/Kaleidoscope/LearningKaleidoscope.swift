import Foundations

/// A kaleidoscope matrix whose parameters change from step to step: packed once for forward and backward of each.
///
/// Values and gradients have the bits of the map itself. One thread at a time; after the first call with the most
/// vectors nothing is allocated.
package final class LearningKaleidoscope {
  package let shape: KaleidoscopeShape
  private let layout: ButterflyLayout
  private var workspace = MapWorkspace<Float>()
  private let packed, scales, channels: AlignedBuffer<Float>
  private var entries = TwiddleEntries.all
  // The map shares this array while it lives, and is dropped before the array is written: so no copy is made.
  private var parameters: [Float]
  private var map: KaleidoscopeMatrix<Float>?

  package init(_ shape: KaleidoscopeShape) {
    self.shape = shape
    parameters = Array(repeating: 0, count: shape.parameterCount)
    layout = KaleidoscopeMatrix<Float>(identity: shape).layout
    let run = ButterflyRun(workspace.schedule(of: layout))
    packed = AlignedBuffer(count: 8 * run.packedVectors)
    scales = AlignedBuffer(count: 8 * run.scalesVectors)
    channels = AlignedBuffer(count: 8 * run.channelsVectors)
  }

  /// Takes over the parameters, laid out as ``KaleidoscopeMatrix/parameters``.
  package func setParameters(_ source: UnsafePointer<Float>) {
    map = nil
    parameters.withUnsafeMutableBufferPointer { $0.baseAddress?.update(from: source, count: $0.count) }
    let map = KaleidoscopeMatrix(unchecked: shape, parameters: parameters)
    self.map = map
    var run = ButterflyRun(workspace.schedule(of: layout))
    run.pack(source, into: rows(packed), scales: rows(scales), channels: rows(channels)) {
      map.pieces($0, map.tiling).from.count
    }
    entries = run.entries
  }

  /// output = M·input, from rows to a batch.
  package func forward(_ input: VectorRows<Float>, into output: inout VectorBatch<Float>) {
    forward(TileCarrier(input), TileCarrier(output))
  }

  /// output = M·input, row by row.
  package func forward(_ input: VectorRows<Float>, into output: MutableVectorRows<Float>) {
    forward(TileCarrier(input), TileCarrier(output))
  }

  private func forward(_ input: TileCarrier<Float>, _ output: TileCarrier<Float>) {
    guard let map else { preconditionFailure("parameters come before vectors") }
    precondition(input.length == map.inputLength && output.length == map.outputLength)
    precondition(input.count == output.count)
    map.forward(layout, packedBefore: twiddles, input, output, &workspace)
  }

  /// Adds the gradient of a loss by the parameters to `parameterGradient`, laid out as they are.
  ///
  /// - Parameters:
  ///   - input: what `forward` was given with these parameters.
  ///   - outputGradient: by what it gave.
  package func accumulateParameterGradient(
    _ input: VectorRows<Float>, outputGradient: borrowing VectorBatch<Float>,
    into parameterGradient: UnsafeMutablePointer<Float>
  ) { backward(TileCarrier(input), TileCarrier(outputGradient), nil, parameterGradient) }

  /// The same of rows; the gradient by the input, too, if it is given a place.
  package func backward(
    _ input: VectorRows<Float>, outputGradient: VectorRows<Float>, inputGradient: MutableVectorRows<Float>?,
    parameterGradient: UnsafeMutablePointer<Float>
  ) {
    backward(
      TileCarrier(input), TileCarrier(outputGradient), inputGradient.map { TileCarrier($0) },
      parameterGradient)
  }

  private func backward(
    _ input: TileCarrier<Float>, _ outputGradient: TileCarrier<Float>, _ inputGradient: TileCarrier<Float>?,
    _ parameterGradient: UnsafeMutablePointer<Float>
  ) {
    guard let map else { preconditionFailure("parameters come before gradients") }
    precondition(input.length == map.inputLength && outputGradient.length == map.outputLength)
    precondition(input.count == outputGradient.count)
    if let inputGradient {
      precondition(inputGradient.length == map.inputLength && inputGradient.count == input.count)
    }
    let joined = map.field.joined(with: input.field).joined(with: outputGradient.field)
      .joined(with: inputGradient?.field ?? .real)
    map.backward(
      layout, packedBefore: twiddles, TileGroups(count: input.count, field: joined), input, outputGradient,
      inputGradient, parameterGradient, &workspace)
  }

  private var twiddles: PackedTwiddles {
    PackedTwiddles(row: rows(packed), scales: rows(scales), entries: entries)
  }

  private func rows(_ storage: AlignedBuffer<Float>) -> ButterflyRun.Row {
    UnsafeMutableRawPointer(storage.base).assumingMemoryBound(to: SIMD8<Float>.self)
  }
}
