import Foundations
import Testing

@Suite("AlignedBuffer")
struct AlignedBufferTests {
  @Test("a buffer of any size is zero and aligned to a cache line", arguments: [0, 1, 7, 4096])
  func zeros(count: Int) {
    let floats = AlignedBuffer<Float>(count: count)
    let doubles = AlignedBuffer<Double>(count: count)
    #expect(UInt(bitPattern: floats.base) % 64 == 0 && UInt(bitPattern: doubles.base) % 64 == 0)
    #expect(floats.values.count == count && floats.values.allSatisfy { $0 == 0 })
    #expect(doubles.values.count == count && doubles.values.allSatisfy { $0 == 0 })
  }

  @Test("values are copied and followed by zeros")
  func slack() {
    let buffer = AlignedBuffer<Float>([1, 2, 3], slack: 2)
    #expect(Array(buffer.values) == [1, 2, 3, 0, 0])
    buffer.setAllToZero()
    #expect(buffer.values.allSatisfy { $0 == 0 })
  }
}
