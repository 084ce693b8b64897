internal import CKernels

// The running of butterfly products in single precision. `Scalar` is Float throughout, which the callers have checked:
// a pointer to one is taken as a pointer to the other.

/// A map's twiddles that are packed already, and how.
struct PackedTwiddles {
  var row: ButterflyRun.Row
  /// What unpacking of gradients takes.
  var scales: ButterflyRun.Row?
  var entries: TwiddleEntries
}

extension StructuredMap {
  func forward(
    _ layout: ButterflyLayout, packedBefore: PackedTwiddles?, _ input: TileCarrier<Scalar>,
    _ output: TileCarrier<Scalar>, _ workspace: inout MapWorkspace<Scalar>
  ) {
    var run = ButterflyRun(
      workspace.schedule(of: layout), packedBefore?.entries ?? .all)
    let tiling = self.tiling
    let packedVectors = packedBefore == nil ? run.packedVectors : 0
    let tileVectors = 2 * tiling.size
    let memory = workspace.vectors(
      packedVectors + 2 * tileVectors + max(run.forwardWorkVectors, run.channelsVectors))
    let packed = packedBefore?.row ?? single(memory)
    let tile = memory + packedVectors
    let work = single(tile + 2 * tileVectors)
    if packedBefore == nil {
      parameters.withUnsafeBufferPointer { parameters in
        guard let base = parameters.baseAddress else { return }
        run.pack(single(base), into: packed, scales: nil, channels: work) {
          pieces($0, tiling).from.count
        }
      }
    }
    let groups = TileGroups(
      count: input.count, field: field.joined(with: input.field).joined(with: output.field))
    for index in stride(from: 0, to: groups.count, by: 2) {
      for stack in 0..<tiling.stackCount {
        let (from, to) = pieces(stack, tiling)
        let adds = tiling.arrangement == .inputsConcatenated && stack > 0
        func given(_ group: TileGroups.Group) -> ck_butterfly_vectors? {
          input.inPlace(group, from, size: tiling.size, mapField: field, isExact: false)
        }
        func target(_ group: TileGroups.Group) -> ck_butterfly_vectors? {
          adds ? nil : output.inPlace(group, to, size: tiling.size, mapField: field, isExact: false)
        }
        var (inputs, outputs) = (ck_butterfly_ends(), ck_butterfly_ends())
        var (nextInputs, nextOutputs) = (ck_butterfly_ends(), ck_butterfly_ends())
        for place in 0..<2 {
          guard let group = groups.group(index + place) else { continue }
          let own = tile + place * tileVectors
          let source = given(group)
          if source == nil { gatherTile(input, from, group, own, size: tiling.size) }
          inputs[place] = source ?? ck_butterfly_vectors(tile: single(own))
          outputs[place] = target(group) ?? ck_butterfly_vectors(tile: single(own))
          guard let next = groups.group(index + 2 + place) else { continue }
          nextInputs[place] = given(next) ?? ck_butterfly_vectors()
          nextOutputs[place] = target(next) ?? ck_butterfly_vectors()
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

  /// Adds to the gradient by the parameters.
  func backward(
    _ layout: ButterflyLayout, packedBefore: PackedTwiddles?, _ groups: TileGroups,
    _ input: TileCarrier<Scalar>,
    _ outputGradient: TileCarrier<Scalar>, _ inputGradient: TileCarrier<Scalar>?,
    _ gradientBase: UnsafeMutablePointer<Scalar>, _ workspace: inout MapWorkspace<Scalar>
  ) {
    var run = ButterflyRun(workspace.schedule(of: layout), packedBefore?.entries ?? .all)
    let tiling = self.tiling
    let tileVectors = 2 * tiling.size
    let packedVectors =
      run.packedVectors + (packedBefore == nil ? run.packedVectors + run.scalesVectors : 0)
    let memory = workspace.vectors(
      packedVectors + 4 * tileVectors + max(run.backwardWorkVectors, run.channelsVectors))
    let packedGradient = single(memory)
    let packed = packedBefore?.row ?? packedGradient + run.packedVectors
    let scales = packedBefore?.scales ?? packed + run.packedVectors
    let tile = memory + packedVectors
    let gradientTile = tile + 2 * tileVectors
    let work = single(gradientTile + 2 * tileVectors)
    packedGradient.update(repeating: SIMD8(), count: run.packedVectors)
    parameters.withUnsafeBufferPointer { parameters in
      guard let base = parameters.baseAddress else { return }
      if packedBefore == nil {
        run.pack(single(base), into: packed, scales: scales, channels: work) {
          pieces($0, tiling).from.count
        }
      }
      for index in stride(from: 0, to: groups.count, by: 2) {
        for stack in 0..<tiling.stackCount {
          let (from, to) = pieces(stack, tiling)
          let adds = tiling.arrangement == .outputsConcatenated && stack > 0
          // Lanes past the end hold anything, and must not reach a gradient.
          func given(
            _ carrier: TileCarrier<Scalar>, _ group: TileGroups.Group, _ piece: Range<Int>
          ) -> ck_butterfly_vectors? {
            carrier.inPlace(group, piece, size: tiling.size, mapField: field, isExact: true)
          }
          // The gradient by the input lies as the input does: both in rows, or both in tiles.
          func source(
            _ group: TileGroups.Group
          ) -> (input: ck_butterfly_vectors?, gradient: ck_butterfly_vectors?) {
            let source = given(input, group, from)
            guard let inputGradient, source?.rows != nil else { return (source, nil) }
            guard !adds, inputGradient.isRows, let target = given(inputGradient, group, from) else {
              return (nil, nil)
            }
            return (source, target)
          }
          var (inputs, gradients, inputGradients) = (
            ck_butterfly_ends(), ck_butterfly_ends(), ck_butterfly_ends()
          )
          var (nextInputs, nextGradients) = (ck_butterfly_ends(), ck_butterfly_ends())
          for place in 0..<2 {
            guard let group = groups.group(index + place) else { continue }
            let (own, ownGradient) = (tile + place * tileVectors, gradientTile + place * tileVectors)
            let (source, target) = source(group)
            let sourceGradient = given(outputGradient, group, to)
            if source == nil { gatherTile(input, from, group, own, size: tiling.size) }
            if sourceGradient == nil {
              gatherTile(outputGradient, to, group, ownGradient, size: tiling.size)
            }
            inputs[place] = source ?? ck_butterfly_vectors(tile: single(own))
            gradients[place] = sourceGradient ?? ck_butterfly_vectors(tile: single(ownGradient))
            inputGradients[place] = target ?? ck_butterfly_vectors(tile: single(ownGradient))
            guard let next = groups.group(index + 2 + place) else { continue }
            nextInputs[place] = given(input, next, from) ?? ck_butterfly_vectors()
            nextGradients[place] = given(outputGradient, next, to) ?? ck_butterfly_vectors()
          }
          run.backward(
            inputs, gradients, inputGradient == nil ? nil : inputGradients, packed: packed,
            packedGradient: packedGradient, stack: stack, work: work, next: (nextInputs, nextGradients))
          guard let inputGradient else { continue }
          for place in 0..<2 {
            guard let group = groups.group(index + place), source(group).gradient == nil else { continue }
            scatterTile(gradientTile + place * tileVectors, inputGradient, from, group, adding: adds)
          }
        }
      }
      run.unpack(
        packedGradient, packed: packed, scales: scales, channels: work, single(base),
        addingTo: single(gradientBase))
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
