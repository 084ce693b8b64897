internal import CKernels

/// Butterfly products in single precision by the kernels of the instruction set, tile by tile.
///
/// A lane's bits depend neither on the other lanes nor on the number of vectors.
struct ButterflyRun {
  let schedule: ButterflySchedule
  let kernels: UnsafePointer<ck_kernels>
  /// How `pack` packed the twiddles.
  private(set) var entries = TwiddleEntries.all

  typealias Row = UnsafeMutablePointer<SIMD8<Float>>

  init(
    _ schedule: ButterflySchedule, _ entries: TwiddleEntries = .all,
    kernels: UnsafePointer<ck_kernels> = ck_best()
  ) {
    self.schedule = schedule
    self.entries = entries
    self.kernels = kernels
  }

  /// Vectors of 8 floats that the packed twiddles of all stacks take, and the scales of unit diagonals.
  var packedVectors: Int { schedule.layout.stackCount * Self.vectors(schedule.packedCount) }
  var scalesVectors: Int { schedule.layout.stackCount * Self.vectors(schedule.scalesCount) }

  /// Vectors of 8 floats of working memory of `pack`, `packVector` and `unpack`.
  var channelsVectors: Int { Self.vectors(2 * schedule.channelsCount) }

  private static func vectors(_ floats: Int) -> Int { (floats + 7) / 8 }

  func packed(_ base: Row, stack: Int) -> UnsafeMutablePointer<Float> {
    floats(base + stack * Self.vectors(schedule.packedCount))
  }

  private func scales(_ base: Row, stack: Int) -> UnsafeMutablePointer<Float> {
    floats(base + stack * Self.vectors(schedule.scalesCount))
  }

  /// All stacks' twiddles in order of use, with unit diagonals if they serve the twiddles of all stacks.
  ///
  /// - Parameters:
  ///   - parameters: of all stacks.
  ///   - packed: room for `packedVectors`.
  ///   - scales: room for `scalesVectors`, if gradients are to be unpacked.
  ///   - channels: room for `channelsVectors`.
  ///   - live: how many positions of a stack, from the first, hold other numbers than zero.
  mutating func pack(
    _ parameters: UnsafePointer<Float>, into packed: Row, scales: Row?, channels: Row, live: (Int) -> Int
  ) {
    if schedule.mayHaveUnitDiagonals {
      for entries in [TwiddleEntries.unitDiagonals, .unitDiagonalsAfterFirst] {
        self.entries = entries
        if packUnit(parameters, into: packed, scales: scales, channels: channels, live: live) { return }
      }
    }
    entries = .all
    let layout = schedule.layout
    var description = schedule.description(entries)
    for stack in 0..<layout.stackCount {
      kernels.pointee.butterfly_pack(
        &description, parameters + stack * layout.stackStride, layout.planeStride,
        self.packed(packed, stack: stack))
    }
  }

  /// Whether unit diagonals, as `entries` says, serve the twiddles of all stacks: those are packed then.
  private func packUnit(
    _ parameters: UnsafePointer<Float>, into packed: Row, scales: Row?, channels: Row, live: (Int) -> Int
  ) -> Bool {
    let layout = schedule.layout
    var description = schedule.description(entries)
    return (0..<layout.stackCount).allSatisfy { stack in
      kernels.pointee.butterfly_pack_unit(
        &description, parameters + stack * layout.stackStride, layout.planeStride, live(stack),
        self.packed(packed, stack: stack), scales.map { self.scales($0, stack: stack) }, doubles(channels))
    }
  }

  /// Floats of one stack's twiddles in order of use by `forwardVector`.
  var vectorCount: Int {
    var description = schedule.description(entries)
    return kernels.pointee.butterfly_vector_count(&description, schedule.passes, schedule.passes.count)
  }

  /// One stack's twiddles in order of use by `forwardVector`.
  func packVector(
    _ parameters: UnsafePointer<Float>, stack: Int, into packed: UnsafeMutablePointer<Float>, channels: Row
  ) {
    var description = schedule.description(entries)
    let layout = schedule.layout
    kernels.pointee.butterfly_vector_pack(
      &description, schedule.passes, schedule.passes.count, parameters + stack * layout.stackStride,
      layout.planeStride, packed, doubles(channels))
  }

  /// One vector in place; a real map leaves the imaginary parts alone.
  func forwardVector(
    _ re: UnsafeMutablePointer<Float>, _ im: UnsafeMutablePointer<Float>, twiddles: UnsafePointer<Float>
  ) {
    var description = schedule.description(entries)
    kernels.pointee.butterfly_vector_forward(
      &description, schedule.passes, schedule.passes.count, twiddles, re, im)
  }

  /// Adds the gradient by packed twiddles to that by parameters; `packed` and `scales` are what `pack` made.
  func unpack(
    _ packedGradient: Row, packed: Row, scales: Row, channels: Row, _ parameters: UnsafePointer<Float>,
    addingTo gradient: UnsafeMutablePointer<Float>
  ) {
    var description = schedule.description(entries)
    let layout = schedule.layout
    for stack in 0..<layout.stackCount {
      let (twiddles, sum) = (parameters + stack * layout.stackStride, gradient + stack * layout.stackStride)
      let d = self.packed(packedGradient, stack: stack)
      if entries != .all {
        kernels.pointee.butterfly_unpack_unit_gradient(
          &description, twiddles, layout.planeStride, self.packed(packed, stack: stack),
          self.scales(scales, stack: stack), d, sum, doubles(channels))
      } else {
        kernels.pointee.butterfly_unpack_gradient(&description, twiddles, layout.planeStride, d, sum)
      }
    }
  }

  /// Vectors of 8 floats of working memory that `forward` takes, and `backward`.
  var forwardWorkVectors: Int { Int(CK_TILES) * schedule.workVectors }
  var backwardWorkVectors: Int { forwardWorkVectors * (schedule.stageCount + 1) }

  /// The output of one group of vectors or two.
  ///
  /// `next` are those of the run that follows, as far as they are known.
  func forward(
    _ input: ck_butterfly_ends, _ output: ck_butterfly_ends, packed: Row, stack: Int, work: Row,
    next: (input: ck_butterfly_ends, output: ck_butterfly_ends)
  ) {
    var description = schedule.description(entries)
    withUnsafePointer(to: input) { input in
      withUnsafePointer(to: output) { output in
        withUnsafePointer(to: next.input) { nextInput in
          withUnsafePointer(to: next.output) { nextOutput in
            kernels.pointee.butterfly_forward(
              &description, self.packed(packed, stack: stack), input, output, nextInput, nextOutput,
              floats(work))
          }
        }
      }
    }
  }

  /// The gradient by the input, if it is wanted, and that by the packed twiddles, which is added.
  func backward(
    _ input: ck_butterfly_ends, _ outputGradient: ck_butterfly_ends, _ inputGradient: ck_butterfly_ends?,
    packed: Row, packedGradient: Row, stack: Int, work: Row,
    next: (input: ck_butterfly_ends, outputGradient: ck_butterfly_ends)
  ) {
    var description = schedule.description(entries)
    func run(_ inputGradient: UnsafePointer<ck_butterfly_ends>?) {
      withUnsafePointer(to: input) { input in
        withUnsafePointer(to: outputGradient) { outputGradient in
          withUnsafePointer(to: next.input) { nextInput in
            withUnsafePointer(to: next.outputGradient) { nextGradient in
              kernels.pointee.butterfly_backward(
                &description, self.packed(packed, stack: stack), input, outputGradient, inputGradient,
                self.packed(packedGradient, stack: stack), nextInput, nextGradient, floats(work))
            }
          }
        }
      }
    }
    if let inputGradient {
      withUnsafePointer(to: inputGradient, run)
    } else {
      run(nil)
    }
  }

  private func floats(_ row: Row) -> UnsafeMutablePointer<Float> {
    UnsafeMutableRawPointer(row).assumingMemoryBound(to: Float.self)
  }

  private func doubles(_ row: Row) -> UnsafeMutablePointer<Double> {
    UnsafeMutableRawPointer(row).assumingMemoryBound(to: Double.self)
  }
}

extension ck_butterfly_ends {
  subscript(place: Int) -> ck_butterfly_vectors {
    get { place == 0 ? first : second }
    set { if place == 0 { first = newValue } else { second = newValue } }
  }
}

extension ck_butterfly_vectors {
  /// A tile of the map's size.
  init(tile: ButterflyRun.Row) {
    self.init()
    self.tile = UnsafeMutableRawPointer(tile).assumingMemoryBound(to: Float.self)
  }
}
