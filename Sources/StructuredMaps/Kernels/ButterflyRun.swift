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

  func forward(_ input: Row, _ output: Row, packed: Row, stack: Int, work: Row) {
    var description = schedule.description
    kernels.pointee.butterfly_forward(
      &description, self.packed(packed, stack: stack), floats(input), floats(output), floats(work))
  }

  func backward(
    _ input: Row, _ outputGradient: Row, _ inputGradient: Row?, packed: Row, packedGradient: Row, stack: Int,
    work: Row
  ) {
    var description = schedule.description
    kernels.pointee.butterfly_backward(
      &description, self.packed(packed, stack: stack), floats(input), floats(outputGradient),
      inputGradient.map(floats), self.packed(packedGradient, stack: stack), floats(work))
  }

  private func floats(_ row: Row) -> UnsafeMutablePointer<Float> {
    UnsafeMutableRawPointer(row).assumingMemoryBound(to: Float.self)
  }
}
