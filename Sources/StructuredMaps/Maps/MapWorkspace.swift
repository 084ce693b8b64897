import Foundations

/// Scratch memory for running maps; it grows to the largest map that was run and is reused.
///
/// One workspace serves any number of maps, one thread at a time. Only the first call with a map allocates.
package struct MapWorkspace<Scalar: MapScalar>: ~Copyable {
  private var storage: AlignedBuffer<Scalar>
  private var schedule: ButterflySchedule?

  package init() { storage = AlignedBuffer(count: 0) }

  /// Room for at least `count` vectors of 8, contents unspecified.
  mutating func vectors(_ count: Int) -> UnsafeMutablePointer<SIMD8<Scalar>> {
    let (scalars, overflow) = count.multipliedReportingOverflow(by: 8)
    precondition(!overflow, "scratch of \(count) vectors")
    if storage.count < scalars { storage = AlignedBuffer(count: scalars) }
    return UnsafeMutableRawPointer(storage.base).assumingMemoryBound(to: SIMD8<Scalar>.self)
  }

  /// The schedule of maps of a layout, cached for the next call with the same one.
  mutating func schedule(of layout: ButterflyLayout) -> ButterflySchedule {
    if let schedule, schedule.layout == layout { return schedule }
    let new = ButterflySchedule(layout)
    schedule = new
    return new
  }
}

// Invariant: the workspace is the sole owner of its memory.
extension MapWorkspace: @unchecked Sendable {}
