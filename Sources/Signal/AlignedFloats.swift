/// Zeroed floats on a 64-byte boundary, as vector loads and FFTW's plans want them, freed with the object.
///
/// Written to only before it is shared.
final class AlignedFloats: @unchecked Sendable {
  // Invariant behind @unchecked Sendable: whoever makes one either fills it before handing it on and never writes
  // again (the tables of a plan), or keeps it for itself (the scratch of a stream, which is not Sendable).
  let pointer: UnsafeMutablePointer<Float>
  let count: Int

  init(count: Int) {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * 4, alignment: 64)
    pointer = memory.bindMemory(to: Float.self, capacity: max(count, 1))
    pointer.initialize(repeating: 0, count: max(count, 1))
    self.count = count
  }

  convenience init(_ values: [Float], slack: Int = 0) {
    self.init(count: values.count + slack)
    for (index, value) in values.enumerated() { pointer[index] = value }
  }

  deinit { UnsafeMutableRawPointer(pointer).deallocate() }
}
