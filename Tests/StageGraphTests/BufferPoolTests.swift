import StageGraph
import Testing

struct BufferPoolTests {
  @Test("memory is 64-byte aligned and initially zero", arguments: [1, 3, 64, 1000])
  func alignment(_ elements: Int) throws {
    let pool = BufferPool<Float>(elementsPerBuffer: elements)
    var slabs: [Shared<SlabBlock>] = []
    for position in 0..<5 {
      var slab = try pool.acquire()
      #expect(UInt(bitPattern: slab.base).isMultiple(of: 64))
      #expect(slab.count == 0 && slab.capacity == elements && slab.byteCount == 0)
      slab.count = elements
      let isZero = slab.span.indices.allSatisfy { slab.span[$0] == 0 }
      #expect(isZero)
      #expect(slab.byteCount == elements * 4)
      slabs.append(Shared(SlabBlock(job: 0, position: position, slab: slab)))
    }
    #expect(pool.usage == BufferPoolUsage(live: 5, peakLive: 5, allocated: 5))
  }

  @Test("a buffer returns when its slab is dropped, and is reused")
  func reuse() throws {
    let pool = BufferPool<Int16>(elementsPerBuffer: 8)
    let first = try pool.acquire().base
    #expect(pool.usage == BufferPoolUsage(live: 0, peakLive: 1, allocated: 1))
    let second = try pool.acquire()
    #expect(second.base == first)
    let third = try pool.acquire()
    #expect(third.base != first)
    #expect(pool.usage == BufferPoolUsage(live: 2, peakLive: 2, allocated: 2))
  }

  @Test("a shared slab returns with its last owner")
  func shared() throws {
    let pool = BufferPool<Float>(elementsPerBuffer: 8)
    var left: Shared<SlabBlock>? = Shared(SlabBlock(job: 0, position: 0, slab: try pool.acquire()))
    var right = left
    left = nil
    #expect(pool.usage.live == 1)
    #expect(right?.message.position == 0)
    right = nil
    #expect(left == nil && right == nil)
    #expect(pool.usage.live == 0)
  }

  @Test("at most as many buffers as the limit are in use at once")
  func limit() throws {
    let pool = BufferPool<Float>(elementsPerBuffer: 8, limit: 2)
    func takeThree() throws {
      let first = try pool.acquire()
      let second = try pool.acquire()
      #expect(throws: BufferPoolError.exhausted(limit: 2)) { _ = try pool.acquire().count }
      #expect(first.base != second.base)
    }
    try takeThree()
    #expect(pool.usage == BufferPoolUsage(live: 0, peakLive: 2, allocated: 2))
    try takeThree()
  }

  @Test("slabs may outlive their pool")
  func outlive() throws {
    func orphan() throws -> Slab<Float> { try BufferPool<Float>(elementsPerBuffer: 4).acquire() }
    var slab = try orphan()
    slab.count = 4
    slab.base[3] = 7
    #expect(slab.span[3] == 7)
  }

  @Test("a count beyond the slab is a programming error")
  func count() async {
    await #expect(processExitsWith: .failure) {
      var slab = try BufferPool<Float>(elementsPerBuffer: 4).acquire()
      slab.count = 5
    }
  }
}
