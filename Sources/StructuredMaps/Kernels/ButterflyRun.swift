internal import CKernels

/// A butterfly product in single precision, run by the kernels of an instruction set, tile by tile.
///
/// The bits of a lane depend neither on other lanes nor on the number of vectors.
struct ButterflyRun {
  let schedule: ButterflySchedule
  let kernels: UnsafePointer<ck_butterfly_kernels>
  /// The form in which `pack` packed the twiddles.
  private(set) var form = TwiddleForm.full

  typealias Vectors = UnsafeMutablePointer<SIMD8<Float>>

  init(
    _ schedule: ButterflySchedule, _ form: TwiddleForm = .full,
    kernels: UnsafePointer<ck_butterfly_kernels> = ck_butterfly_best()
  ) {
    self.schedule = schedule
    self.form = form
    self.kernels = kernels
  }

  /// The size, in vectors of 8 floats, of the packed twiddles of all stacks.
  var packedVectors: Int { schedule.layout.stackCount * Self.vectors(schedule.packedCount) }
  /// The size, in vectors of 8 floats, of the scales of all stacks in unit form.
  var scalesVectors: Int { schedule.layout.stackCount * Self.vectors(schedule.scalesCount) }

  /// The size, in vectors of 8 floats, of the scratch of `pack`, `packVector` and `unpack`.
  var packingScratchVectors: Int { Self.vectors(2 * schedule.packingScratchCount) }

  private static func vectors(_ floats: Int) -> Int { (floats + 7) / 8 }

  func packed(_ base: Vectors, stack: Int) -> UnsafeMutablePointer<Float> {
    floats(base + stack * Self.vectors(schedule.packedCount))
  }

  private func scales(_ base: Vectors, stack: Int) -> UnsafeMutablePointer<Float> {
    floats(base + stack * Self.vectors(schedule.scalesCount))
  }

  /// Packs the twiddles of all stacks in order of use, in unit form if the twiddles of every stack allow it.
  ///
  /// - Parameters:
  ///   - parameters: the twiddles of all stacks.
  ///   - packed: room for `packedVectors`.
  ///   - scales: room for `scalesVectors`, or nil if no gradients will be unpacked.
  ///   - scratch: room for `packingScratchVectors`.
  ///   - inputCount: the number of a stack's input positions; those after it are zero padding.
  mutating func pack(
    _ parameters: UnsafePointer<Float>, into packed: Vectors, scales: Vectors?, scratch: Vectors,
    inputCount: (Int) -> Int
  ) {
    if schedule.mayUseUnitForm {
      for form in [TwiddleForm.unit, .unitAfterFirst] {
        self.form = form
        if packUnit(parameters, into: packed, scales: scales, scratch: scratch, inputCount: inputCount) {
          return
        }
      }
    }
    form = .full
    let layout = schedule.layout
    var description = schedule.description(form)
    for stack in 0..<layout.stackCount {
      kernels.pointee.pack(
        &description, parameters + stack * layout.stackStride, layout.planeStride,
        self.packed(packed, stack: stack))
    }
  }

  /// Packs the twiddles in the unit form `form`; false if those of some stack do not allow it.
  private func packUnit(
    _ parameters: UnsafePointer<Float>, into packed: Vectors, scales: Vectors?, scratch: Vectors,
    inputCount: (Int) -> Int
  ) -> Bool {
    let layout = schedule.layout
    var description = schedule.description(form)
    return (0..<layout.stackCount).allSatisfy { stack in
      kernels.pointee.pack_unit(
        &description, parameters + stack * layout.stackStride, layout.planeStride, inputCount(stack),
        self.packed(packed, stack: stack), scales.map { self.scales($0, stack: stack) }, doubles(scratch))
    }
  }

  /// The size, in floats, of one stack's twiddles packed for `forwardVector`.
  var vectorCount: Int {
    var description = schedule.description(form)
    return kernels.pointee.vector_count(&description, schedule.passes, schedule.passes.count)
  }

  /// Packs one stack's twiddles in the order in which `forwardVector` uses them.
  func packVector(
    _ parameters: UnsafePointer<Float>, stack: Int, into packed: UnsafeMutablePointer<Float>, scratch: Vectors
  ) {
    var description = schedule.description(form)
    let layout = schedule.layout
    kernels.pointee.vector_pack(
      &description, schedule.passes, schedule.passes.count, parameters + stack * layout.stackStride,
      layout.planeStride, packed, doubles(scratch))
  }

  /// Runs one vector in place; a real map does not touch `im`.
  func forwardVector(
    _ re: UnsafeMutablePointer<Float>, _ im: UnsafeMutablePointer<Float>, twiddles: UnsafePointer<Float>
  ) {
    var description = schedule.description(form)
    kernels.pointee.vector_forward(
      &description, schedule.passes, schedule.passes.count, twiddles, re, im)
  }

  /// Adds the gradient with respect to the packed twiddles to the one with respect to the parameters.
  ///
  /// `packed` and `scales` are the results of `pack`.
  func unpack(
    _ packedGradient: Vectors, packed: Vectors, scales: Vectors, scratch: Vectors,
    _ parameters: UnsafePointer<Float>, addingTo gradient: UnsafeMutablePointer<Float>
  ) {
    var description = schedule.description(form)
    let layout = schedule.layout
    for stack in 0..<layout.stackCount {
      let (twiddles, sum) = (parameters + stack * layout.stackStride, gradient + stack * layout.stackStride)
      let d = self.packed(packedGradient, stack: stack)
      if form != .full {
        kernels.pointee.unpack_unit_gradient(
          &description, twiddles, layout.planeStride, self.packed(packed, stack: stack),
          self.scales(scales, stack: stack), d, sum, doubles(scratch))
      } else {
        kernels.pointee.unpack_gradient(&description, twiddles, layout.planeStride, d, sum)
      }
    }
  }

  /// The size, in vectors of 8 floats, of the working memory of `forward`.
  var forwardWorkVectors: Int { Int(CK_TILES) * schedule.workVectors }
  /// The size, in vectors of 8 floats, of the working memory of `backward`.
  var backwardWorkVectors: Int { forwardWorkVectors * (schedule.stageCount + 1) }

  /// Computes the output of one group of vectors, or of two at once.
  ///
  /// `next` are the groups of the next call, to be prefetched.
  func forward(
    _ input: ck_tile_pair, _ output: ck_tile_pair, packed: Vectors, stack: Int, work: Vectors,
    next: (input: ck_tile_pair, output: ck_tile_pair)
  ) {
    var description = schedule.description(form)
    withUnsafePointer(to: input) { input in
      withUnsafePointer(to: output) { output in
        withUnsafePointer(to: next.input) { nextInput in
          withUnsafePointer(to: next.output) { nextOutput in
            kernels.pointee.forward(
              &description, self.packed(packed, stack: stack), input, output, nextInput, nextOutput,
              floats(work))
          }
        }
      }
    }
  }

  /// Adds the gradient with respect to the packed twiddles, and writes the input gradient if it is not nil.
  func backward(
    _ input: ck_tile_pair, _ outputGradient: ck_tile_pair, _ inputGradient: ck_tile_pair?,
    packed: Vectors, packedGradient: Vectors, stack: Int, work: Vectors,
    next: (input: ck_tile_pair, outputGradient: ck_tile_pair)
  ) {
    var description = schedule.description(form)
    func run(_ inputGradient: UnsafePointer<ck_tile_pair>?) {
      withUnsafePointer(to: input) { input in
        withUnsafePointer(to: outputGradient) { outputGradient in
          withUnsafePointer(to: next.input) { nextInput in
            withUnsafePointer(to: next.outputGradient) { nextGradient in
              kernels.pointee.backward(
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

  private func floats(_ base: Vectors) -> UnsafeMutablePointer<Float> {
    UnsafeMutableRawPointer(base).assumingMemoryBound(to: Float.self)
  }

  private func doubles(_ base: Vectors) -> UnsafeMutablePointer<Double> {
    UnsafeMutableRawPointer(base).assumingMemoryBound(to: Double.self)
  }
}

extension ck_tile_pair {
  subscript(index: Int) -> ck_tile {
    get { index == 0 ? first : second }
    set { if index == 0 { first = newValue } else { second = newValue } }
  }
}

extension ck_tile {
  /// A whole tile.
  init(tiled: ButterflyRun.Vectors) {
    self.init()
    self.tiled = UnsafeMutableRawPointer(tiled).assumingMemoryBound(to: Float.self)
  }
}
