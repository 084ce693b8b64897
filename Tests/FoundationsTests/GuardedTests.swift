import Dispatch
import Foundations
import Testing

@Suite("Guarded")
struct GuardedTests {
  @Test("no increment is lost between threads")
  func increments() {
    let count = Guarded(0)
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      for _ in 0..<1000 { count.withLock { $0 += 1 } }
    }
    #expect(count.withLock { $0 } == 8000)
  }
}
