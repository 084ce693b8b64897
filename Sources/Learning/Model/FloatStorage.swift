/// Floats on a 64-byte boundary, zero at first, freed with the object.
///
/// Whoever shares one between threads sees to it that nobody writes while others read.
package final class FloatStorage: @unchecked Sendable {
  // Invariant behind @unchecked Sendable: the pointer never changes. What it points to is written by one owner at a
  // time: parameters between steps only, gradients and activations by the one part of the step that they belong to.
  package let base: UnsafeMutablePointer<Float>
  package let count: Int

  /// Storage of `count` zeros.
  package init(count: Int) {
    let room = max(count, 1)
    let (bytes, overflow) = room.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    precondition(count >= 0 && !overflow, "storage of \(count) floats")
    base = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
      .bindMemory(to: Float.self, capacity: room)
    base.initialize(repeating: 0, count: room)
    self.count = count
  }

  deinit { base.deallocate() }

  package var values: UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: base, count: count)
  }

  package func setAllToZero() { base.update(repeating: 0, count: count) }
}
