import Foundations
import Glibc
import StageGraph

/// A group of a test: `length` blocks are to be made of it.
struct Job: GraphMessage, Equatable {
  let number: Int
  let length: Int
}

/// A copyable block.
struct Block: GraphMessage, Equatable {
  let job: Int
  let position: Int
  var value = 0
}

/// A move-only block with a pooled buffer.
struct SlabBlock: GraphMessage, ~Copyable {
  let job: Int
  let position: Int
  var slab: Slab<Float>

  var byteCount: Int { slab.byteCount }
}

struct TestFailure: Error, Equatable {
  let place: String
}

/// What a sink has seen, to be read after the run.
final class Log<Element: Sendable>: Sendable {
  private let elements = Guarded<[Element]>([])

  func append(_ element: Element) { elements.withLock { $0.append(element) } }

  var all: [Element] { elements.withLock { $0 } }
}

/// A number for the thread that asks.
func currentThread() -> UInt { UInt(pthread_self()) }
