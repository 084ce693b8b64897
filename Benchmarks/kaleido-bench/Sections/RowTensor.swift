/// A row-major tensor, aligned to 64 bytes like those of PyTorch; initially zero.
final class RowTensor {
  let base: UnsafeMutablePointer<Float>
  let count: Int

  init(count: Int) {
    self.count = count
    base = UnsafeMutableRawPointer.allocate(byteCount: 4 * count, alignment: 64)
      .bindMemory(to: Float.self, capacity: count)
    base.initialize(repeating: 0, count: count)
  }

  deinit { base.deallocate() }

  var numbers: [Float] { Array(UnsafeBufferPointer(start: base, count: count)) }
}
