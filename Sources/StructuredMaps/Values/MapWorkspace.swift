import Foundations

/// Scratch memory of the running of maps: grows to the largest map it served and is then reused.
///
/// One workspace serves any number of maps, one thread at a time. After the first call with a map, calls with it
/// allocate nothing.
package struct MapWorkspace<Scalar: MapScalar>: ~Copyable {
  private var storage: AlignedBuffer<Scalar>
  private var schedule: ButterflySchedule?

  package init() { storage = AlignedBuffer(count: 0) }

  /// At least `count` vectors of 8, contents unspecified.
  mutating func vectors(_ count: Int) -> UnsafeMutablePointer<SIMD8<Scalar>> {
    let (scalars, overflow) = count.multipliedReportingOverflow(by: 8)
    precondition(!overflow, "scratch of \(count) vectors")
    if storage.count < scalars { storage = AlignedBuffer(count: scalars) }
    return UnsafeMutableRawPointer(storage.base).assumingMemoryBound(to: SIMD8<Scalar>.self)
  }

  /// How maps of this layout run, kept from call to call with maps of one layout.
  mutating func schedule(of layout: ButterflyLayout) -> ButterflySchedule {
    if let schedule, schedule.layout == layout { return schedule }
    let new = ButterflySchedule(layout)
    schedule = new
    return new
  }
}

// Invariant: the workspace is the sole owner of its memory.
extension MapWorkspace: @unchecked Sendable {}
