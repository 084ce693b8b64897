/// A linear map with few parameters and a fast product, y = M x: the interface that rivals share.
///
/// Maps are values: several threads may run one at a time, each with a workspace of its own. A real map runs
/// on complex vectors as on their two parts. A complex map takes a real batch as vectors without imaginary part, and
/// where the output batch is real it gives the real part only.
package protocol StructuredMap<Scalar>: Sendable {
  associatedtype Scalar: MapScalar

  var inputLength: Int { get }
  var outputLength: Int { get }
  var field: NumberField { get }

  /// All parameters in one array; of a complex map the real plane and then the imaginary one.
  var parameters: [Scalar] { get set }

  /// Operations of one product with a vector of the map's field, padding not skipped.
  var operationCount: OperationCount { get }

  /// Mᵀ, not conjugated.
  func transposed() -> Self

  /// M̄, entries conjugated.
  func conjugated() -> Self

  /// How the square parts of the map stand to its input and output.
  var tiling: MapTiling { get }

  /// The butterfly factors that the square parts are products of, if they are: in single precision such maps run on
  /// kernels of their own, and the methods on tiles below are not called.
  var butterflyLayout: ButterflyLayout? { get }

  /// Runs square part `stack` on a tile in place, with `tiling.scratchVectors` of scratch.
  func forwardTile(
    _ tile: UnsafeMutablePointer<SIMD8<Scalar>>, scratch: UnsafeMutablePointer<SIMD8<Scalar>>, stack: Int,
    parameters: UnsafePointer<Scalar>)

  /// Like `forwardTile`, and leaves in `kept` (`tiling.keptVectors`) what `backwardTile` needs.
  func forwardTileKeeping(
    _ tile: UnsafeMutablePointer<SIMD8<Scalar>>, kept: UnsafeMutablePointer<SIMD8<Scalar>>, stack: Int,
    parameters: UnsafePointer<Scalar>)

  /// Turns the output gradient in `tile` into the input gradient, and adds to the parameters' gradient.
  func backwardTile(
    _ tile: UnsafeMutablePointer<SIMD8<Scalar>>, kept: UnsafeMutablePointer<SIMD8<Scalar>>, stack: Int,
    parameters: UnsafePointer<Scalar>, gradient: UnsafeMutablePointer<Scalar>)
}

/// The square parts ("stacks") that a map is made of.
package struct MapTiling: Sendable, Hashable {
  /// Whether stacks read one input and their outputs stand one after the other, or the transpose of that: each
  /// reads its own piece of the input, and their outputs are added.
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
  /// Real parameters; a complex one counts twice.
  package var parameterCount: Int { parameters.count }

  package var butterflyLayout: ButterflyLayout? { nil }

  /// Mᴴ.
  package func adjoint() -> Self { transposed().conjugated() }

  /// output = M·input, vector by vector.
  ///
  /// - Parameters:
  ///   - input: vectors of `inputLength`.
  ///   - output: vectors of `outputLength`, as many as in `input`; complex, or real for the real part.
  ///   - workspace: scratch of the calling thread.
  package func forward(
    _ input: borrowing VectorBatch<Scalar>, into output: inout VectorBatch<Scalar>,
    workspace: inout MapWorkspace<Scalar>
  ) {
    forward(TileCarrier(input), TileCarrier(output), &workspace)
  }

  /// output = M·input, row by row, without a batch between.
  package func forward(
    _ input: VectorRows<Scalar>, into output: MutableVectorRows<Scalar>, workspace: inout MapWorkspace<Scalar>
  ) {
    forward(TileCarrier(input), TileCarrier(output), &workspace)
  }

  /// output = M·input, from rows to a batch.
  package func forward(
    _ input: VectorRows<Scalar>, into output: inout VectorBatch<Scalar>,
    workspace: inout MapWorkspace<Scalar>
  ) {
    forward(TileCarrier(input), TileCarrier(output), &workspace)
  }

  private func forward(
    _ input: TileCarrier<Scalar>, _ output: TileCarrier<Scalar>, _ workspace: inout MapWorkspace<Scalar>
  ) {
    precondition(input.length == inputLength && output.length == outputLength)
    precondition(input.count == output.count)
    if Scalar.self == Float.self, let layout = butterflyLayout {
      forward(layout, packedBefore: nil, input, output, &workspace)
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
          let (from, to) = pieces(stack, tiling)
          gatherTile(input, from, group, tile, size: tiling.size)
          forwardTile(tile, scratch: scratch, stack: stack, parameters: base)
          let adds = tiling.arrangement == .inputsConcatenated && stack > 0
          scatterTile(tile, output, to, group, adding: adds)
        }
      }
    }
  }

  /// The gradient of a loss by the parameters, added to `parameterGradient`, and by the input.
  ///
  /// A gradient of a complex number z is ∂L/∂Re z + i ∂L/∂Im z. The forward is computed again, tile by tile.
  ///
  /// - Parameters:
  ///   - input: what `forward` was given.
  ///   - outputGradient: `[outputLength]`; real if the real part was taken.
  ///   - inputGradient: `[inputLength]`, overwritten; of a real input it may be real.
  ///   - parameterGradient: as `parameters`; sums run over vectors in order of tiles.
  ///   - workspace: scratch of the calling thread.
  package func backward(
    _ input: borrowing VectorBatch<Scalar>, outputGradient: borrowing VectorBatch<Scalar>,
    inputGradient: inout VectorBatch<Scalar>, parameterGradient: inout [Scalar],
    workspace: inout MapWorkspace<Scalar>
  ) {
    backward(
      TileCarrier(input), TileCarrier(outputGradient), TileCarrier(inputGradient), &parameterGradient,
      &workspace)
  }

  /// The same of rows; the gradient by the input only if it is given a place.
  package func backward(
    _ input: VectorRows<Scalar>, outputGradient: VectorRows<Scalar>,
    inputGradient: MutableVectorRows<Scalar>?, parameterGradient: inout [Scalar],
    workspace: inout MapWorkspace<Scalar>
  ) {
    backward(
      TileCarrier(input), TileCarrier(outputGradient), inputGradient.map { TileCarrier($0) },
      &parameterGradient,
      &workspace)
  }

  /// The gradient of a loss by the parameters alone, added to `parameterGradient`.
  package func accumulateParameterGradient(
    _ input: borrowing VectorBatch<Scalar>, outputGradient: borrowing VectorBatch<Scalar>,
    into parameterGradient: inout [Scalar], workspace: inout MapWorkspace<Scalar>
  ) {
    backward(TileCarrier(input), TileCarrier(outputGradient), nil, &parameterGradient, &workspace)
  }

  /// The same of rows.
  package func accumulateParameterGradient(
    _ input: VectorRows<Scalar>, outputGradient: borrowing VectorBatch<Scalar>,
    into parameterGradient: inout [Scalar], workspace: inout MapWorkspace<Scalar>
  ) {
    backward(TileCarrier(input), TileCarrier(outputGradient), nil, &parameterGradient, &workspace)
  }

  private func backward(
    _ input: TileCarrier<Scalar>, _ outputGradient: TileCarrier<Scalar>,
    _ inputGradient: TileCarrier<Scalar>?,
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
          layout, packedBefore: nil, groups, input, outputGradient, inputGradient, base, &workspace)
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
            let (from, to) = pieces(stack, tiling)
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

  /// The positions of the input that stack `stack` reads, and those of the output that it writes.
  func pieces(_ stack: Int, _ tiling: MapTiling) -> (from: Range<Int>, to: Range<Int>) {
    func piece(_ length: Int, _ isCut: Bool) -> Range<Int> {
      let start = isCut ? min(stack * tiling.size, length) : 0
      return start..<min(start + tiling.size, length)
    }
    let cutsOutput = tiling.arrangement == .outputsConcatenated
    return (piece(inputLength, !cutsOutput), piece(outputLength, cutsOutput))
  }
}
