internal import CKernels

// Butterfly products in single precision. Callers have checked that `Scalar` is Float, so pointers are
// rebound.

/// Twiddles of a map that were packed before the call.
struct PackedTwiddles {
  var base: ButterflyRun.Vectors
  /// The scales of the unit form, which unpacking of gradients needs.
  var scales: ButterflyRun.Vectors?
  var form: TwiddleForm
}

extension StructuredMap {
  func forward(
    _ layout: ButterflyLayout, prepacked: PackedTwiddles?, _ input: TileView<Scalar>,
    _ output: TileView<Scalar>, _ workspace: inout MapWorkspace<Scalar>
  ) {
    var run = ButterflyRun(workspace.schedule(of: layout), prepacked?.form ?? .full)
    let tiling = self.tiling
    let packedVectors = prepacked == nil ? run.packedVectors : 0
    let tileVectors = 2 * tiling.size
    let memory = workspace.vectors(
      packedVectors + 2 * tileVectors + max(run.forwardWorkVectors, run.packingScratchVectors))
    let packed = prepacked?.base ?? single(memory)
    let tile = memory + packedVectors
    let work = single(tile + 2 * tileVectors)
    if prepacked == nil {
      parameters.withUnsafeBufferPointer { parameters in
        guard let base = parameters.baseAddress else { return }
        run.pack(single(base), into: packed, scales: nil, scratch: work) {
          ranges(ofStack: $0, tiling).input.count
        }
      }
    }
    let groups = TileGroups(
      count: input.count, field: field.joined(with: input.field).joined(with: output.field))
    for index in stride(from: 0, to: groups.count, by: 2) {
      for stack in 0..<tiling.stackCount {
        let (from, to) = ranges(ofStack: stack, tiling)
        let adds = tiling.arrangement == .inputsConcatenated && stack > 0
        func source(_ group: TileGroups.Group) -> ck_tile? {
          input.inPlace(group, from, size: tiling.size, mapField: field, isExact: false)
        }
        func target(_ group: TileGroups.Group) -> ck_tile? {
          adds ? nil : output.inPlace(group, to, size: tiling.size, mapField: field, isExact: false)
        }
        var (inputs, outputs) = (ck_tile_pair(), ck_tile_pair())
        var (nextInputs, nextOutputs) = (ck_tile_pair(), ck_tile_pair())
        for half in 0..<2 {
          guard let group = groups.group(index + half) else { continue }
          let ownTile = tile + half * tileVectors
          let inPlace = source(group)
          if inPlace == nil { gatherTile(input, from, group, ownTile, size: tiling.size) }
          inputs[half] = inPlace ?? ck_tile(tiled: single(ownTile))
          outputs[half] = target(group) ?? ck_tile(tiled: single(ownTile))
          guard let next = groups.group(index + 2 + half) else { continue }
          nextInputs[half] = source(next) ?? ck_tile()
          nextOutputs[half] = target(next) ?? ck_tile()
        }
        run.forward(
          inputs, outputs, packed: packed, stack: stack, work: work, next: (nextInputs, nextOutputs))
        for half in 0..<2 {
          guard let group = groups.group(index + half), target(group) == nil else { continue }
          scatterTile(tile + half * tileVectors, output, to, group, adding: adds)
        }
      }
    }
  }

  /// Adds the gradient with respect to the parameters to `gradientBase`; writes the input gradient if it is
  /// not nil.
  func backward(
    _ layout: ButterflyLayout, prepacked: PackedTwiddles?, _ groups: TileGroups,
    _ input: TileView<Scalar>,
    _ outputGradient: TileView<Scalar>, _ inputGradient: TileView<Scalar>?,
    _ gradientBase: UnsafeMutablePointer<Scalar>, _ workspace: inout MapWorkspace<Scalar>
  ) {
    var run = ButterflyRun(workspace.schedule(of: layout), prepacked?.form ?? .full)
    let tiling = self.tiling
    let tileVectors = 2 * tiling.size
    let packedVectors =
      run.packedVectors + (prepacked == nil ? run.packedVectors + run.scalesVectors : 0)
    let memory = workspace.vectors(
      packedVectors + 4 * tileVectors + max(run.backwardWorkVectors, run.packingScratchVectors))
    let packedGradient = single(memory)
    let packed = prepacked?.base ?? packedGradient + run.packedVectors
    let scales = prepacked?.scales ?? packed + run.packedVectors
    let tile = memory + packedVectors
    let gradientTile = tile + 2 * tileVectors
    let work = single(gradientTile + 2 * tileVectors)
    packedGradient.update(repeating: SIMD8(), count: run.packedVectors)
    parameters.withUnsafeBufferPointer { parameters in
      guard let base = parameters.baseAddress else { return }
      if prepacked == nil {
        run.pack(single(base), into: packed, scales: scales, scratch: work) {
          ranges(ofStack: $0, tiling).input.count
        }
      }
      for index in stride(from: 0, to: groups.count, by: 2) {
        for stack in 0..<tiling.stackCount {
          let (from, to) = ranges(ofStack: stack, tiling)
          let adds = tiling.arrangement == .outputsConcatenated && stack > 0
          // Lanes past the end are unspecified and must not reach a gradient.
          func exact(
            _ view: TileView<Scalar>, _ group: TileGroups.Group, _ range: Range<Int>
          ) -> ck_tile? {
            view.inPlace(group, range, size: tiling.size, mapField: field, isExact: true)
          }
          // The kernels want input and input gradient both as rows or both as tiles.
          func source(
            _ group: TileGroups.Group
          ) -> (input: ck_tile?, gradient: ck_tile?) {
            let source = exact(input, group, from)
            guard let inputGradient, source?.rows != nil else { return (source, nil) }
            guard !adds, inputGradient.isRows, let target = exact(inputGradient, group, from) else {
              return (nil, nil)
            }
            return (source, target)
          }
          var (inputs, gradients, inputGradients) = (
            ck_tile_pair(), ck_tile_pair(), ck_tile_pair()
          )
          var (nextInputs, nextGradients) = (ck_tile_pair(), ck_tile_pair())
          for half in 0..<2 {
            guard let group = groups.group(index + half) else { continue }
            let (ownTile, ownGradient) = (tile + half * tileVectors, gradientTile + half * tileVectors)
            let (source, target) = source(group)
            let sourceGradient = exact(outputGradient, group, to)
            if source == nil { gatherTile(input, from, group, ownTile, size: tiling.size) }
            if sourceGradient == nil {
              gatherTile(outputGradient, to, group, ownGradient, size: tiling.size)
            }
            inputs[half] = source ?? ck_tile(tiled: single(ownTile))
            gradients[half] = sourceGradient ?? ck_tile(tiled: single(ownGradient))
            inputGradients[half] = target ?? ck_tile(tiled: single(ownGradient))
            guard let next = groups.group(index + 2 + half) else { continue }
            nextInputs[half] = exact(input, next, from) ?? ck_tile()
            nextGradients[half] = exact(outputGradient, next, to) ?? ck_tile()
          }
          run.backward(
            inputs, gradients, inputGradient == nil ? nil : inputGradients, packed: packed,
            packedGradient: packedGradient, stack: stack, work: work, next: (nextInputs, nextGradients))
          guard let inputGradient else { continue }
          for half in 0..<2 {
            guard let group = groups.group(index + half), source(group).gradient == nil else { continue }
            scatterTile(gradientTile + half * tileVectors, inputGradient, from, group, adding: adds)
          }
        }
      }
      run.unpack(
        packedGradient, packed: packed, scales: scales, scratch: work, single(base),
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

private func single<Scalar: MapScalar>(_ p: UnsafeMutablePointer<SIMD8<Scalar>>) -> ButterflyRun.Vectors {
  UnsafeMutableRawPointer(p).assumingMemoryBound(to: SIMD8<Float>.self)
}
