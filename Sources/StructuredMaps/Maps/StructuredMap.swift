/// A linear map y = M x with few parameters and a fast product.
///
/// Maps are values: several threads may run the same one, each with its own workspace. A real map acts on the
/// real and imaginary parts of complex vectors separately. A complex map reads real input as having zero
/// imaginary part, and writes only the real part to a real output.
package protocol StructuredMap<Scalar>: Sendable {
  associatedtype Scalar: MapScalar

  var inputLength: Int { get }
  var outputLength: Int { get }
  var field: NumberField { get }

  /// All parameters, the real plane before the imaginary one in a complex map.
  var parameters: [Scalar] { get set }

  /// The operations of one product with a vector of the map's field, padding included.
  var operationCount: OperationCount { get }

  /// Mᵀ, not conjugated.
  func transposed() -> Self

  /// M̄, each entry conjugated.
  func conjugated() -> Self

  /// The arrangement of the map's square parts between input and output.
  var tiling: MapTiling { get }

  /// The layout of the butterfly factors whose products the square parts are, or nil for other maps.
  ///
  /// In single precision butterflies run on their own kernels, and the methods on tiles below are not called.
  var butterflyLayout: ButterflyLayout? { get }

  /// Runs square part `stack` on a tile in place, with `tiling.scratchVectors` of scratch.
  func forwardTile(
    _ tile: UnsafeMutablePointer<SIMD8<Scalar>>, scratch: UnsafeMutablePointer<SIMD8<Scalar>>, stack: Int,
    parameters: UnsafePointer<Scalar>)

  /// `forwardTile` that also saves in `kept` (`tiling.keptVectors`) the intermediate values for
  /// `backwardTile`.
  func forwardTileKeeping(
    _ tile: UnsafeMutablePointer<SIMD8<Scalar>>, kept: UnsafeMutablePointer<SIMD8<Scalar>>, stack: Int,
    parameters: UnsafePointer<Scalar>)

  /// Replaces the output gradient in `tile` by the input gradient and adds to the parameter gradient.
  func backwardTile(
    _ tile: UnsafeMutablePointer<SIMD8<Scalar>>, kept: UnsafeMutablePointer<SIMD8<Scalar>>, stack: Int,
    parameters: UnsafePointer<Scalar>, gradient: UnsafeMutablePointer<Scalar>)
}

/// The square parts ("stacks") of a map, each `size` × `size`.
package struct MapTiling: Sendable, Hashable {
  /// The relation of the stacks to input and output.
  ///
  /// Either all stacks read the same input and their outputs are concatenated, or, transposed, each reads its
  /// own part of the input and their outputs are added.
  package enum Arrangement: String, Sendable, Hashable {
    case outputsConcatenated, inputsConcatenated

    var transposed: Arrangement { self == .outputsConcatenated ? .inputsConcatenated : .outputsConcatenated }
  }

  package var size: Int
  package var stackCount: Int
  package var arrangement: Arrangement
  package var scratchVectors: Int
  package var keptVectors: Int
}

extension StructuredMap {
  /// The number of real parameters; a complex one counts twice.
  package var parameterCount: Int { parameters.count }

  package var butterflyLayout: ButterflyLayout? { nil }

  /// Mᴴ.
  package func adjoint() -> Self { transposed().conjugated() }

  /// output = M·input, vector by vector.
  ///
  /// - Parameters:
  ///   - input: `[count, inputLength]`.
  ///   - output: `[count, outputLength]`; complex, or real for the real part.
  ///   - workspace: scratch of the calling thread.
  package func forward(
    _ input: borrowing VectorBatch<Scalar>, into output: inout VectorBatch<Scalar>,
    workspace: inout MapWorkspace<Scalar>
  ) {
    forward(TileView(input), TileView(output), &workspace)
  }

  /// output = M·input, row by row, without a batch in between.
  package func forward(
    _ input: VectorRows<Scalar>, into output: MutableVectorRows<Scalar>, workspace: inout MapWorkspace<Scalar>
  ) {
    forward(TileView(input), TileView(output), &workspace)
  }

  /// output = M·input, from rows to a batch.
  package func forward(
    _ input: VectorRows<Scalar>, into output: inout VectorBatch<Scalar>,
    workspace: inout MapWorkspace<Scalar>
  ) {
    forward(TileView(input), TileView(output), &workspace)
  }

  private func forward(
    _ input: TileView<Scalar>, _ output: TileView<Scalar>, _ workspace: inout MapWorkspace<Scalar>
  ) {
    precondition(input.length == inputLength && output.length == outputLength)
    precondition(input.count == output.count)
    if Scalar.self == Float.self, let layout = butterflyLayout {
      forward(layout, prepacked: nil, input, output, &workspace)
      return
    }
    let tiling = self.tiling
    let tile = workspace.vectors(2 * tiling.size + tiling.scratchVectors)
    let scratch = tile + 2 * tiling.size
    let joined = field.joined(with: input.field).joined(with: output.field)
    parameters.withUnsafeBufferPointer { parameters in
      guard let base = parameters.baseAddress else { return }
      for group in TileGroups(count: input.count, field: joined) {
        for stack in 0..<tiling.stackCount {
          let (from, to) = ranges(ofStack: stack, tiling)
          gatherTile(input, from, group, tile, size: tiling.size)
          forwardTile(tile, scratch: scratch, stack: stack, parameters: base)
          let adds = tiling.arrangement == .inputsConcatenated && stack > 0
          scatterTile(tile, output, to, group, adding: adds)
        }
      }
    }
  }

  /// Computes the gradients of a loss with respect to the parameters and the input.
  ///
  /// The gradient with respect to a complex z is ∂L/∂Re z + i ∂L/∂Im z. The forward pass is recomputed tile
  /// by tile.
  ///
  /// - Parameters:
  ///   - input: the input of `forward`, `[count, inputLength]`.
  ///   - outputGradient: `[count, outputLength]`; real if the output was.
  ///   - inputGradient: `[count, inputLength]`, overwritten; may be real if the input is.
  ///   - parameterGradient: laid out as `parameters`, added to; sums run over vectors in order of tiles.
  ///   - workspace: scratch of the calling thread.
  package func backward(
    _ input: borrowing VectorBatch<Scalar>, outputGradient: borrowing VectorBatch<Scalar>,
    inputGradient: inout VectorBatch<Scalar>, parameterGradient: inout [Scalar],
    workspace: inout MapWorkspace<Scalar>
  ) {
    backward(
      TileView(input), TileView(outputGradient), TileView(inputGradient), &parameterGradient,
      &workspace)
  }

  /// Computes the gradients for rows; the input gradient only if `inputGradient` is not nil.
  package func backward(
    _ input: VectorRows<Scalar>, outputGradient: VectorRows<Scalar>,
    inputGradient: MutableVectorRows<Scalar>?, parameterGradient: inout [Scalar],
    workspace: inout MapWorkspace<Scalar>
  ) {
    backward(
      TileView(input), TileView(outputGradient), inputGradient.map { TileView($0) },
      &parameterGradient,
      &workspace)
  }

  /// Adds the gradient of a loss with respect to the parameters to `parameterGradient`.
  package func accumulateParameterGradient(
    _ input: borrowing VectorBatch<Scalar>, outputGradient: borrowing VectorBatch<Scalar>,
    into parameterGradient: inout [Scalar], workspace: inout MapWorkspace<Scalar>
  ) {
    backward(TileView(input), TileView(outputGradient), nil, &parameterGradient, &workspace)
  }

  /// Adds the gradient of a loss with respect to the parameters to `parameterGradient`, for rows.
  package func accumulateParameterGradient(
    _ input: VectorRows<Scalar>, outputGradient: borrowing VectorBatch<Scalar>,
    into parameterGradient: inout [Scalar], workspace: inout MapWorkspace<Scalar>
  ) {
    backward(TileView(input), TileView(outputGradient), nil, &parameterGradient, &workspace)
  }

  private func backward(
    _ input: TileView<Scalar>, _ outputGradient: TileView<Scalar>,
    _ inputGradient: TileView<Scalar>?,
    _ parameterGradient: inout [Scalar], _ workspace: inout MapWorkspace<Scalar>
  ) {
    precondition(input.length == inputLength && outputGradient.length == outputLength)
    precondition(input.count == outputGradient.count)
    precondition(parameterGradient.count == parameters.count)
    if let inputGradient {
      precondition(inputGradient.length == inputLength && inputGradient.count == input.count)
    }
    let joined = field.joined(with: input.field).joined(with: outputGradient.field)
      .joined(with: inputGradient?.field ?? .real)
    let groups = TileGroups(count: input.count, field: joined)
    if Scalar.self == Float.self, let layout = butterflyLayout {
      parameterGradient.withUnsafeMutableBufferPointer { gradient in
        guard let base = gradient.baseAddress else { return }
        backward(
          layout, prepacked: nil, groups, input, outputGradient, inputGradient, base, &workspace)
      }
      return
    }
    let tiling = self.tiling
    let tile = workspace.vectors(2 * tiling.size + tiling.keptVectors)
    let kept = tile + 2 * tiling.size
    parameterGradient.withUnsafeMutableBufferPointer { gradient in
      parameters.withUnsafeBufferPointer { parameters in
        guard let base = parameters.baseAddress, let gradientBase = gradient.baseAddress else { return }
        for group in groups {
          for stack in 0..<tiling.stackCount {
            let (from, to) = ranges(ofStack: stack, tiling)
            gatherTile(input, from, group, tile, size: tiling.size)
            forwardTileKeeping(tile, kept: kept, stack: stack, parameters: base)
            gatherTile(outputGradient, to, group, tile, size: tiling.size)
            backwardTile(tile, kept: kept, stack: stack, parameters: base, gradient: gradientBase)
            guard let inputGradient else { continue }
            let adds = tiling.arrangement == .outputsConcatenated && stack > 0
            scatterTile(tile, inputGradient, from, group, adding: adds)
          }
        }
      }
    }
  }

  /// The positions of the input that a stack reads, and those of the output that it writes.
  func ranges(ofStack stack: Int, _ tiling: MapTiling) -> (input: Range<Int>, output: Range<Int>) {
    func range(_ length: Int, isConcatenated: Bool) -> Range<Int> {
      let start = isConcatenated ? min(stack * tiling.size, length) : 0
      return start..<min(start + tiling.size, length)
    }
    let isOutputConcatenated = tiling.arrangement == .outputsConcatenated
    return (
      range(inputLength, isConcatenated: !isOutputConcatenated),
      range(outputLength, isConcatenated: isOutputConcatenated)
    )
  }
}
