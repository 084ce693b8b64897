internal import CKernels

/// Butterfly products in single precision by the kernels of the instruction set, tile by tile.
///
/// A lane's bits depend neither on the other lanes nor on the number of vectors.
struct ButterflyRun {
  let schedule: ButterflySchedule
  let kernels: UnsafePointer<ck_kernels>

  typealias Row = UnsafeMutablePointer<SIMD8<Float>>

  init(_ schedule: ButterflySchedule, kernels: UnsafePointer<ck_kernels> = ck_best()) {
    self.schedule = schedule
    self.kernels = kernels
  }

  /// Vectors of 8 floats that the packed twiddles of all stacks take.
  var packedVectors: Int { schedule.layout.stackCount * ((schedule.packedCount + 7) / 8) }

  func packed(_ base: Row, stack: Int) -> UnsafeMutablePointer<Float> {
    UnsafeMutableRawPointer(base + stack * ((schedule.packedCount + 7) / 8))
      .assumingMemoryBound(to: Float.self)
  }

  /// All stacks' twiddles in order of use.
  func pack(_ parameters: UnsafePointer<Float>, into packed: Row) {
    var description = schedule.description
    let layout = schedule.layout
    for stack in 0..<layout.stackCount {
      kernels.pointee.butterfly_pack(
        &description, parameters + stack * layout.stackStride, layout.planeStride,
        self.packed(packed, stack: stack))
    }
  }

  /// One stack's twiddles in order of use by `forwardVector`.
  func packVector(_ parameters: UnsafePointer<Float>, stack: Int, into packed: UnsafeMutablePointer<Float>) {
    var description = schedule.description
    let layout = schedule.layout
    kernels.pointee.butterfly_vector_pack(
      &description, schedule.passes, schedule.passes.count, parameters + stack * layout.stackStride,
      layout.planeStride, packed)
  }

  /// One vector in place; a real map leaves the imaginary parts alone.
  func forwardVector(
    _ re: UnsafeMutablePointer<Float>, _ im: UnsafeMutablePointer<Float>, twiddles: UnsafePointer<Float>
  ) {
    var description = schedule.description
    kernels.pointee.butterfly_vector_forward(
      &description, schedule.passes, schedule.passes.count, twiddles, re, im)
  }

  /// Adds the gradient by packed twiddles to that by parameters.
  func unpack(
    _ packedGradient: Row, _ parameters: UnsafePointer<Float>, addingTo gradient: UnsafeMutablePointer<Float>
  ) {
    var description = schedule.description
    let layout = schedule.layout
    for stack in 0..<layout.stackCount {
      kernels.pointee.butterfly_unpack_gradient(
        &description, parameters + stack * layout.stackStride, layout.planeStride,
        packed(packedGradient, stack: stack), gradient + stack * layout.stackStride)
    }
  }

  /// Vectors of 8 floats of working memory that `forward` takes, and `backward`.
  var forwardWorkVectors: Int { Int(CK_TILES) * schedule.workVectors }
  var backwardWorkVectors: Int { forwardWorkVectors * schedule.stageCount }

  /// The output of one tile or two.
  ///
  /// `next` are those of the run that follows, as far as they are known.
  func forward(
    _ input: TilePair, _ output: TilePair, packed: Row, stack: Int, work: Row,
    next: (input: TilePair, output: TilePair)
  ) {
    guard let first = input.first, let firstOutput = output.first else { return }
    var description = schedule.description
    var following = Self.following(next.input, next.output)
    kernels.pointee.butterfly_forward(
      &description, self.packed(packed, stack: stack), floats(first), input.second.map(floats),
      floats(firstOutput), output.second.map(floats), &following, floats(work))
  }

  /// The gradient by the input, if it is wanted, and that by the packed twiddles, which is added.
  func backward(
    _ input: TilePair, _ outputGradient: TilePair, _ inputGradient: TilePair, packed: Row,
    packedGradient: Row, stack: Int, work: Row, next: (input: TilePair, outputGradient: TilePair)
  ) {
    guard let first = input.first, let firstGradient = outputGradient.first else { return }
    var description = schedule.description
    var following = Self.following(next.input, next.outputGradient)
    kernels.pointee.butterfly_backward(
      &description, self.packed(packed, stack: stack), floats(first), input.second.map(floats),
      floats(firstGradient), outputGradient.second.map(floats), inputGradient.first.map(floats),
      inputGradient.second.map(floats), self.packed(packedGradient, stack: stack), &following, floats(work))
  }

  private static func following(_ input: TilePair, _ output: TilePair) -> ck_butterfly_next {
    func floats(_ row: Row?) -> UnsafePointer<Float>? {
      row.map { UnsafePointer(UnsafeMutableRawPointer($0).assumingMemoryBound(to: Float.self)) }
    }
    return ck_butterfly_next(
      in: floats(input.first), in_second: floats(input.second), out: floats(output.first),
      out_second: floats(output.second))
  }

  private func floats(_ row: Row) -> UnsafeMutablePointer<Float> {
    UnsafeMutableRawPointer(row).assumingMemoryBound(to: Float.self)
  }
}

/// The tiles of one group of vectors, or of two that are run at once.
struct TilePair {
  var first: ButterflyRun.Row?
  var second: ButterflyRun.Row?

  subscript(place: Int) -> ButterflyRun.Row? {
    get { place == 0 ? first : second }
    set { if place == 0 { first = newValue } else { second = newValue } }
  }
}
