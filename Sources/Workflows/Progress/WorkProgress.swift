import Synchronization

/// Counters that a running workflow moves and a display reads, without locks.
///
/// Any thread may read and write; each counter is consistent by itself.
package final class WorkProgress: Sendable {
  private let totalItems = Atomic<Int>(0)
  private let totalBytes = Atomic<Int>(0)
  private let doneItems = Atomic<Int>(0)
  private let doneBytes = Atomic<Int>(0)
  private let rejectedItems = Atomic<Int>(0)
  private let audioMicroseconds = Atomic<Int>(0)

  package init() {}

  /// The state of a workflow at one moment.
  package struct Snapshot: Sendable, Equatable {
    package var itemsTotal: Int
    package var itemsDone: Int
    package var itemsRejected: Int
    /// Bytes of input: the measure of how much is left, since durations are not known before files are read.
    package var bytesTotal: Int
    package var bytesDone: Int
    package var audioSeconds: Double
  }

  package func expect(items: Int, bytes: Int) {
    totalItems.store(items, ordering: .relaxed)
    totalBytes.store(bytes, ordering: .relaxed)
  }

  /// One item is done, stored or rejected.
  package func finishItem(rejected: Bool) {
    doneItems.add(1, ordering: .relaxed)
    if rejected { rejectedItems.add(1, ordering: .relaxed) }
  }

  /// Part of an item went through.
  package func advance(bytes: Int, audioSeconds: Double) {
    doneBytes.add(bytes, ordering: .relaxed)
    audioMicroseconds.add(Int(audioSeconds * 1e6), ordering: .relaxed)
  }

  package var snapshot: Snapshot {
    Snapshot(
      itemsTotal: totalItems.load(ordering: .relaxed), itemsDone: doneItems.load(ordering: .relaxed),
      itemsRejected: rejectedItems.load(ordering: .relaxed), bytesTotal: totalBytes.load(ordering: .relaxed),
      bytesDone: doneBytes.load(ordering: .relaxed),
      audioSeconds: Double(audioMicroseconds.load(ordering: .relaxed)) / 1e6)
  }
}
