import Foundations
import Glibc
import StageGraph

/// A group of a test, from which `length` blocks are made.
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
  let stage: String
}

/// The elements that a sink has received, to be read after the run.
final class Log<Element: Sendable>: Sendable {
  private let elements = Guarded<[Element]>([])

  func append(_ element: Element) { elements.withLock { $0.append(element) } }

  var all: [Element] { elements.withLock { $0 } }
}

/// The identifier of the calling thread.
func currentThread() -> UInt { UInt(pthread_self()) }
