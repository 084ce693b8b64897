/// A buffer of numbers aligned to 64 bytes, initially zero, freed with the object.
///
/// The alignment is that of cache lines, of the widest vector loads and of FFTW's plans. A buffer that is
/// shared between threads must not be written while others read it.
@usableFromInline package final class AlignedBuffer<Element: BitwiseCopyable & Numeric>: @unchecked Sendable {
  // Invariant behind @unchecked Sendable: the pointer never changes, and the memory is written by one owner
  // at a time: tables before they are shared, parameters between training steps, scratch by its stream.
  @usableFromInline package let base: UnsafeMutablePointer<Element>
  @usableFromInline package let count: Int

  /// A buffer of `count` zeros.
  @inlinable package init(count: Int) {
    let capacity = max(count, 1)
    let (bytes, overflow) = capacity.multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
    precondition(count >= 0 && !overflow, "a buffer of \(count) numbers")
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    base = memory.bindMemory(to: Element.self, capacity: capacity)
    self.count = count
  }

  /// A buffer of `values` followed by `slack` zeros.
  @inlinable package convenience init(_ values: [Element], slack: Int = 0) {
    self.init(count: values.count + slack)
    for (index, value) in values.enumerated() { base[index] = value }
  }

  deinit { UnsafeMutableRawPointer(base).deallocate() }

  @inlinable package var values: UnsafeMutableBufferPointer<Element> {
    UnsafeMutableBufferPointer(start: base, count: count)
  }

  @inlinable package func setAllToZero() { base.update(repeating: 0, count: count) }
}
