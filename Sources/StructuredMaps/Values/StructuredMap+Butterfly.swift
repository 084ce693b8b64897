// The running of butterfly products in single precision. `Scalar` is Float throughout, which the callers have checked:
// a pointer to one is taken as a pointer to the other.

extension StructuredMap {
  /// `packedBefore` are the map's twiddles if they are packed already.
  func forward(
    _ layout: ButterflyLayout, packedBefore: ButterflyRun.Row?, _ input: TileCarrier<Scalar>,
    _ output: TileCarrier<Scalar>, _ workspace: inout MapWorkspace<Scalar>
  ) {
    let run = ButterflyRun(workspace.schedule(of: layout))
    let tiling = self.tiling
    let packedVectors = packedBefore == nil ? run.packedVectors : 0
    let tileVectors = 2 * tiling.size
    let memory = workspace.vectors(packedVectors + 2 * tileVectors + run.forwardWorkVectors)
    let packed = packedBefore ?? single(memory)
    let tile = memory + packedVectors
    let work = single(tile + 2 * tileVectors)
    if packedBefore == nil {
      parameters.withUnsafeBufferPointer { parameters in
        guard let base = parameters.baseAddress else { return }
        run.pack(single(base), into: packed)
      }
    }
    let groups = TileGroups(
      count: input.count, field: field.joined(with: input.field).joined(with: output.field))
    for index in stride(from: 0, to: groups.count, by: 2) {
      for stack in 0..<tiling.stackCount {
        let (from, to) = pieces(stack, tiling)
        let adds = tiling.arrangement == .inputsConcatenated && stack > 0
        func given(_ group: TileGroups.Group) -> UnsafeMutablePointer<SIMD8<Scalar>>? {
          input.tileInPlace(group, from, size: tiling.size)
        }
        func target(_ group: TileGroups.Group) -> UnsafeMutablePointer<SIMD8<Scalar>>? {
          adds ? nil : output.tileInPlace(group, to, size: tiling.size)
        }
        var (inputs, outputs, nextInputs, nextOutputs) = (TilePair(), TilePair(), TilePair(), TilePair())
        for place in 0..<2 {
          guard let group = groups.group(index + place) else { continue }
          let own = tile + place * tileVectors
          let source = given(group)
          if source == nil { gatherTile(input, from, group, own, size: tiling.size) }
          inputs[place] = single(source ?? own)
          outputs[place] = single(target(group) ?? own)
          guard let next = groups.group(index + 2 + place) else { continue }
          nextInputs[place] = given(next).map { single($0) }
          nextOutputs[place] = target(next).map { single($0) }
        }
        run.forward(
          inputs, outputs, packed: packed, stack: stack, work: work, next: (nextInputs, nextOutputs))
        for place in 0..<2 {
          guard let group = groups.group(index + place), target(group) == nil else { continue }
          scatterTile(tile + place * tileVectors, output, to, group, adding: adds)
        }
      }
    }
  }

  func backward(
    _ layout: ButterflyLayout, _ groups: TileGroups, _ input: TileCarrier<Scalar>,
    _ outputGradient: TileCarrier<Scalar>, _ inputGradient: TileCarrier<Scalar>?,
    _ parameterGradient: inout [Scalar], _ workspace: inout MapWorkspace<Scalar>
  ) {
    let run = ButterflyRun(workspace.schedule(of: layout))
    let tiling = self.tiling
    let tileVectors = 2 * tiling.size
    let memory = workspace.vectors(2 * run.packedVectors + 4 * tileVectors + run.backwardWorkVectors)
    let packed = single(memory)
    let packedGradient = packed + run.packedVectors
    let tile = memory + 2 * run.packedVectors
    let gradientTile = tile + 2 * tileVectors
    let work = single(gradientTile + 2 * tileVectors)
    packedGradient.update(repeating: SIMD8(), count: run.packedVectors)
    parameterGradient.withUnsafeMutableBufferPointer { gradient in
      parameters.withUnsafeBufferPointer { parameters in
        guard let base = parameters.baseAddress, let gradientBase = gradient.baseAddress else { return }
        run.pack(single(base), into: packed)
        for index in stride(from: 0, to: groups.count, by: 2) {
          for stack in 0..<tiling.stackCount {
            let (from, to) = pieces(stack, tiling)
            // Lanes past the end hold anything, and must not reach a gradient.
            func given(
              _ carrier: TileCarrier<Scalar>, _ group: TileGroups.Group, _ piece: Range<Int>
            ) -> UnsafeMutablePointer<SIMD8<Scalar>>? {
              group.count == groups.lanes ? carrier.tileInPlace(group, piece, size: tiling.size) : nil
            }
            var (inputs, gradients, inputGradients) = (TilePair(), TilePair(), TilePair())
            var (nextInputs, nextGradients) = (TilePair(), TilePair())
            for place in 0..<2 {
              guard let group = groups.group(index + place) else { continue }
              let (own, ownGradient) = (tile + place * tileVectors, gradientTile + place * tileVectors)
              let (source, sourceGradient) = (given(input, group, from), given(outputGradient, group, to))
              if source == nil { gatherTile(input, from, group, own, size: tiling.size) }
              if sourceGradient == nil {
                gatherTile(outputGradient, to, group, ownGradient, size: tiling.size)
              }
              inputs[place] = single(source ?? own)
              gradients[place] = single(sourceGradient ?? ownGradient)
              if inputGradient != nil { inputGradients[place] = single(ownGradient) }
              guard let next = groups.group(index + 2 + place) else { continue }
              nextInputs[place] = given(input, next, from).map { single($0) }
              nextGradients[place] = given(outputGradient, next, to).map { single($0) }
            }
            run.backward(
              inputs, gradients, inputGradients, packed: packed, packedGradient: packedGradient, stack: stack,
              work: work, next: (nextInputs, nextGradients))
            guard let inputGradient else { continue }
            let adds = tiling.arrangement == .outputsConcatenated && stack > 0
            for place in 0..<2 {
              guard let group = groups.group(index + place) else { continue }
              scatterTile(gradientTile + place * tileVectors, inputGradient, from, group, adding: adds)
            }
          }
        }
        run.unpack(packedGradient, single(base), addingTo: single(gradientBase))
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
