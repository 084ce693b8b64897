/// Scratch memory aligned to a cache line, zero at first, freed with its owner.
final class AlignedStorage<Scalar: MapScalar> {
  let base: UnsafeMutablePointer<Scalar>
  let count: Int

  init(count: Int) {
    self.count = count
    let (bytes, overflow) = max(count, 1).multipliedReportingOverflow(by: MemoryLayout<Scalar>.stride)
    precondition(!overflow, "scratch of \(count) numbers")
    base = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
      .bindMemory(to: Scalar.self, capacity: max(count, 1))
    base.initialize(repeating: 0, count: max(count, 1))
  }

  deinit { base.deallocate() }
}

/// Scratch memory of the running of maps: grows to the largest map it served and is then reused.
///
/// One workspace serves any number of maps, one thread at a time. After the first call with a map, calls with it
/// allocate nothing.
package struct MapWorkspace<Scalar: MapScalar>: ~Copyable {
  private var storage: AlignedStorage<Scalar>
  private var schedule: ButterflySchedule?

  package init() { storage = AlignedStorage(count: 0) }

  /// At least `count` vectors of 8, contents unspecified.
  mutating func vectors(_ count: Int) -> UnsafeMutablePointer<SIMD8<Scalar>> {
    let (scalars, overflow) = count.multipliedReportingOverflow(by: 8)
    precondition(!overflow, "scratch of \(count) vectors")
    if storage.count < scalars { storage = AlignedStorage(count: scalars) }
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
