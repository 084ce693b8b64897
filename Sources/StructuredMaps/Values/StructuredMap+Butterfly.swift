// The running of butterfly products in single precision. `Scalar` is Float throughout, which the callers have checked:
// a pointer to one is taken as a pointer to the other.

extension StructuredMap {
  func forward(
    _ layout: ButterflyLayout, _ input: borrowing VectorBatch<Scalar>,
    _ output: borrowing VectorBatch<Scalar>, _ workspace: inout MapWorkspace<Scalar>
  ) {
    let run = ButterflyRun(workspace.schedule(of: layout))
    let tiling = self.tiling
    let tileVectors = 2 * tiling.size
    let packed = workspace.vectors(run.packedVectors + 2 * tileVectors + run.forwardWorkVectors)
    let tile = packed + run.packedVectors
    let work = tile + 2 * tileVectors
    let groups = TileGroups(
      count: input.count, field: field.joined(with: input.field).joined(with: output.field))
    let (inputTiles, outputTiles) = (TilesInPlace(input, groups), TilesInPlace(output, groups))
    parameters.withUnsafeBufferPointer { parameters in
      guard let base = parameters.baseAddress else { return }
      run.pack(single(base), into: single(packed))
      for index in stride(from: 0, to: groups.count, by: 2) {
        for stack in 0..<tiling.stackCount {
          let (from, to) = pieces(stack, tiling)
          let adds = tiling.arrangement == .inputsConcatenated && stack > 0
          func given(_ group: TileGroups.Group) -> UnsafeMutablePointer<SIMD8<Scalar>>? {
            inputTiles.tile(of: group, from, size: tiling.size)
          }
          func target(_ group: TileGroups.Group) -> UnsafeMutablePointer<SIMD8<Scalar>>? {
            adds ? nil : outputTiles.tile(of: group, to, size: tiling.size)
          }
          var (inputs, outputs) = (TilePair(), TilePair())
          for place in 0..<2 {
            guard let group = groups.group(index + place) else { continue }
            let own = tile + place * tileVectors
            let source = given(group)
            if source == nil { gatherTile(input, from, group, own, size: tiling.size) }
            inputs[place] = single(source ?? own)
            outputs[place] = single(target(group) ?? own)
          }
          var (nextInputs, nextOutputs) = (TilePair(), TilePair())
          for place in 0..<2 {
            guard let group = groups.group(index + 2 + place) else { continue }
            nextInputs[place] = given(group).map { single($0) }
            nextOutputs[place] = target(group).map { single($0) }
          }
          run.forward(
            inputs, outputs, packed: single(packed), stack: stack, work: single(work),
            next: (nextInputs, nextOutputs))
          for place in 0..<2 {
            guard let group = groups.group(index + place), target(group) == nil else { continue }
            scatterTile(tile + place * tileVectors, output, to, group, adding: adds)
          }
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
    let tileVectors = 2 * tiling.size
    let packed = workspace.vectors(2 * run.packedVectors + 4 * tileVectors + run.backwardWorkVectors)
    let packedGradient = packed + run.packedVectors
    let tile = packedGradient + run.packedVectors
    let gradientTile = tile + 2 * tileVectors
    let work = gradientTile + 2 * tileVectors
    packedGradient.update(repeating: SIMD8(), count: run.packedVectors)
    let groups = TileGroups(
      count: input.count,
      field: field.joined(with: input.field).joined(with: outputGradient.field).joined(with: gradientField))
    let (inputTiles, gradientTiles) = (TilesInPlace(input, groups), TilesInPlace(outputGradient, groups))
    parameterGradient.withUnsafeMutableBufferPointer { gradient in
      parameters.withUnsafeBufferPointer { parameters in
        guard let base = parameters.baseAddress, let gradientBase = gradient.baseAddress else { return }
        run.pack(single(base), into: single(packed))
        for index in stride(from: 0, to: groups.count, by: 2) {
          for stack in 0..<tiling.stackCount {
            let (from, to) = pieces(stack, tiling)
            // Lanes past the end hold anything, and must not reach a gradient.
            func given(_ group: TileGroups.Group) -> UnsafeMutablePointer<SIMD8<Scalar>>? {
              group.count == groups.lanes ? inputTiles.tile(of: group, from, size: tiling.size) : nil
            }
            func givenGradient(_ group: TileGroups.Group) -> UnsafeMutablePointer<SIMD8<Scalar>>? {
              group.count == groups.lanes ? gradientTiles.tile(of: group, to, size: tiling.size) : nil
            }
            var (inputs, gradients) = (TilePair(), TilePair())
            for place in 0..<2 {
              guard let group = groups.group(index + place) else { continue }
              let (own, ownGradient) = (tile + place * tileVectors, gradientTile + place * tileVectors)
              let (source, sourceGradient) = (given(group), givenGradient(group))
              if source == nil { gatherTile(input, from, group, own, size: tiling.size) }
              if sourceGradient == nil {
                gatherTile(outputGradient, to, group, ownGradient, size: tiling.size)
              }
              inputs[place] = single(source ?? own)
              gradients[place] = single(sourceGradient ?? ownGradient)
            }
            var (nextInputs, nextGradients) = (TilePair(), TilePair())
            for place in 0..<2 {
              guard let group = groups.group(index + 2 + place) else { continue }
              nextInputs[place] = given(group).map { single($0) }
              nextGradients[place] = givenGradient(group).map { single($0) }
            }
            let inputGradients = TilePair(
              first: single(gradientTile),
              second: inputs.second == nil ? nil : single(gradientTile + tileVectors))
            run.backward(
              inputs, gradients, wantsInputGradient ? inputGradients : TilePair(), packed: single(packed),
              packedGradient: single(packedGradient), stack: stack, work: single(work),
              next: (nextInputs, nextGradients))
            guard wantsInputGradient else { continue }
            for place in 0..<2 {
              guard let group = groups.group(index + place) else { continue }
              give(
                gradientTile + place * tileVectors, from, group,
                tiling.arrangement == .outputsConcatenated && stack > 0)
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

private func single<Scalar: MapScalar>(_ p: UnsafeMutablePointer<SIMD8<Scalar>>) -> ButterflyRun.Row {
  UnsafeMutableRawPointer(p).assumingMemoryBound(to: SIMD8<Float>.self)
}
