// The running of butterfly products in single precision. `Scalar` is Float throughout, which the callers have checked:
// a pointer to one is taken as a pointer to the other.

extension StructuredMap {
  func forward(
    _ layout: ButterflyLayout, _ input: borrowing VectorBatch<Scalar>,
    _ output: borrowing VectorBatch<Scalar>, _ workspace: inout MapWorkspace<Scalar>
  ) {
    let run = ButterflyRun(workspace.schedule(of: layout))
    let tiling = self.tiling
    let packed = workspace.vectors(run.packedVectors + 2 * tiling.size + run.schedule.workVectors)
    let tile = packed + run.packedVectors
    let work = tile + 2 * tiling.size
    let joined = field.joined(with: input.field).joined(with: output.field)
    parameters.withUnsafeBufferPointer { parameters in
      guard let base = parameters.baseAddress else { return }
      run.pack(single(base), into: single(packed))
      for group in TileGroups(count: input.count, field: joined) {
        for stack in 0..<tiling.stackCount {
          let (from, to) = pieces(stack, tiling)
          let given = wholeTile(input, from, group, size: tiling.size)
          if given == nil { gatherTile(input, from, group, tile, size: tiling.size) }
          let adds = tiling.arrangement == .inputsConcatenated && stack > 0
          let target = adds ? nil : wholeTile(output, to, group, size: tiling.size)
          run.forward(
            single(given ?? tile), single(target ?? tile), packed: single(packed), stack: stack,
            work: single(work))
          if target == nil { scatterTile(tile, output, to, group, adding: adds) }
        }
      }
    }
  }

  func backward(
    _ layout: ButterflyLayout, _ input: borrowing VectorBatch<Scalar>,
    _ outputGradient: borrowing VectorBatch<Scalar>, _ gradientField: NumberField,
    _ wantsInputGradient: Bool, _ parameterGradient: inout [Scalar],
    _ workspace: inout MapWorkspace<Scalar>,
    _ give: (UnsafeMutablePointer<SIMD8<Scalar>>, Range<Int>, TileGroups.Group, Bool) -> Void
  ) {
    let run = ButterflyRun(workspace.schedule(of: layout))
    let tiling = self.tiling
    let packed = workspace.vectors(
      2 * run.packedVectors + 4 * tiling.size + run.schedule.stageCount * run.schedule.workVectors)
    let packedGradient = packed + run.packedVectors
    let tile = packedGradient + run.packedVectors
    let gradientTile = tile + 2 * tiling.size
    let work = gradientTile + 2 * tiling.size
    packedGradient.update(repeating: SIMD8(), count: run.packedVectors)
    let joined = field.joined(with: input.field).joined(with: outputGradient.field)
      .joined(with: gradientField)
    parameterGradient.withUnsafeMutableBufferPointer { gradient in
      parameters.withUnsafeBufferPointer { parameters in
        guard let base = parameters.baseAddress, let gradientBase = gradient.baseAddress else { return }
        run.pack(single(base), into: single(packed))
        for group in TileGroups(count: input.count, field: joined) {
          // Lanes past the end hold anything, and must not reach a gradient.
          let isFull = group.count == (group.isComplex ? 8 : 16)
          for stack in 0..<tiling.stackCount {
            let (from, to) = pieces(stack, tiling)
            let given = isFull ? wholeTile(input, from, group, size: tiling.size) : nil
            if given == nil { gatherTile(input, from, group, tile, size: tiling.size) }
            let givenGradient = isFull ? wholeTile(outputGradient, to, group, size: tiling.size) : nil
            if givenGradient == nil {
              gatherTile(outputGradient, to, group, gradientTile, size: tiling.size)
            }
            run.backward(
              single(given ?? tile), single(givenGradient ?? gradientTile),
              wantsInputGradient ? single(gradientTile) : nil, packed: single(packed),
              packedGradient: single(packedGradient), stack: stack, work: single(work))
            if wantsInputGradient {
              give(gradientTile, from, group, tiling.arrangement == .outputsConcatenated && stack > 0)
            }
          }
        }
        run.unpack(single(packedGradient), single(base), addingTo: single(gradientBase))
      }
    }
  }
}

private func single<Scalar: MapScalar>(_ p: UnsafePointer<Scalar>) -> UnsafePointer<Float> {
  UnsafeRawPointer(p).assumingMemoryBound(to: Float.self)
}

private func single<Scalar: MapScalar>(_ p: UnsafeMutablePointer<Scalar>) -> UnsafeMutablePointer<Float> {
  UnsafeMutableRawPointer(p).assumingMemoryBound(to: Float.self)
}

private func single<Scalar: MapScalar>(
  _ p: UnsafeMutablePointer<SIMD8<Scalar>>
) -> UnsafeMutablePointer<SIMD8<Float>> {
  UnsafeMutableRawPointer(p).assumingMemoryBound(to: SIMD8<Float>.self)
}
