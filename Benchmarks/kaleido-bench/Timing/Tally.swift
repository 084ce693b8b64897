import Synchronization

/// A number that a task stores for the thread that waits for it.
final class Tally: Sendable {
  private let stored = Atomic<Int>(0)

  var value: Int { stored.load(ordering: .acquiring) }

  func set(_ value: Int) { stored.store(value, ordering: .releasing) }
}
